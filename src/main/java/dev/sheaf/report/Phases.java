package dev.sheaf.report;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// The time that one rank has spent in each [Phase]. May be used by all threads of the rank.
public final class Phases {
  private final Map<Phase, LongAdder> nanos = new EnumMap<>(Phase.class);

  /// Nothing spent yet.
  public Phases() {
    for (Phase phase : Phase.values()) {
      nanos.put(phase, new LongAdder());
    }
  }

  /// Starts to time a phase; closing the timer ends it.
  public Timer start(Phase phase) {
    return new Timer(phase, System.nanoTime());
  }

  /// Adds time to a phase; a negative time takes it away again, as for writes within the
  /// computation.
  public void add(Phase phase, long nanoseconds) {
    nanos.get(phase).add(nanoseconds);
  }

  /// The nanoseconds spent in each phase, in the phases' order.
  public long[] toArray() {
    return nanos.values().stream().mapToLong(LongAdder::sum).toArray();
  }

  /// A running timer.
  public final class Timer implements AutoCloseable {
    private final Phase phase;
    private final long begin;

    private Timer(Phase phase, long begin) {
      this.phase = phase;
      this.begin = begin;
    }

    @Override
    public void close() {
      add(phase, System.nanoTime() - begin);
    }
  }
}
