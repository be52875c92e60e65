package dev.sheaf.transport.common;

import dev.sheaf.comm.Counter;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// A counter of ranks on one node: eight bytes of shared memory and the processor's atomic add.
final class NodeCounter implements Counter, Shared {
  private static final VarHandle VALUE = ValueLayout.JAVA_LONG.varHandle();

  private final NodeMemory memory;

  NodeCounter(ProcessCommunicator comm) {
    memory = comm.allocateShared(Long.BYTES);
  }

  @Override
  public long getAndAdd(long delta) {
    return (long) VALUE.getAndAdd(memory.segment(), 0L, delta);
  }

  @Override
  public void close() {
    memory.close();
  }

  @Override
  public boolean closed() {
    return memory.closed();
  }

  @Override
  public void free() {
    memory.free();
  }
}
