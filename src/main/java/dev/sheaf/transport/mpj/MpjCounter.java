package dev.sheaf.transport.mpj;

import dev.sheaf.comm.Counter;

/// A counter of a communicator, as one rank sees it.
final class MpjCounter implements Counter {
  private final Counters counters;
  private final Counters.Key key;
  private volatile boolean closed;

  MpjCounter(Counters counters, Counters.Key key) {
    this.counters = counters;
    this.key = key;
  }

  @Override
  public long getAndAdd(long delta) {
    if (closed) {
      throw new IllegalStateException("the counter is closed");
    }
    return counters.getAndAdd(key, delta);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      counters.close(key);
    }
  }
}
