package dev.sheaf.transport.local;

import dev.sheaf.comm.Counter;
import java.util.concurrent.atomic.AtomicLong;

/// The counter of a group, as one rank sees it.
record LocalCounter(LocalCommunicator comm, AtomicLong value) implements Counter {
  @Override
  public long getAndAdd(long delta) {
    comm.job().check();
    return value.getAndAdd(delta);
  }

  @Override
  public void close() {
    // There is nothing to free, and a rank that leaves by an exception needn't wait for the others.
  }
}
