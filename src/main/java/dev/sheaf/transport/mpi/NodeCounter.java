package dev.sheaf.transport.mpi;

import dev.sheaf.comm.Counter;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// A counter of ranks on one node: eight bytes of shared memory and the processor's atomic add.
final class NodeCounter implements Counter, Shared {
  private static final VarHandle VALUE = ValueLayout.JAVA_LONG.varHandle();

  private final SharedWindow window;

  NodeCounter(MpiCommunicator comm) {
    window = new SharedWindow(comm, Long.BYTES);
  }

  @Override
  public long getAndAdd(long delta) {
    return (long) VALUE.getAndAdd(window.segment(), 0L, delta);
  }

  @Override
  public void close() {
    window.close();
  }

  @Override
  public boolean closed() {
    return window.closed();
  }

  @Override
  public void free() {
    window.free();
  }
}
