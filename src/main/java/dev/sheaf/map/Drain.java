package dev.sheaf.map;

import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.Op;
import dev.sheaf.process.Signals;
import java.util.concurrent.atomic.AtomicLong;

/// Ends a run early and in good order: its maps hand out no further item, finish those in hand, and
/// come to their end with the rest not run. It takes one rank that is asked to, by a signal or by
/// its clock; then all ranks stop.
///
/// **Threads.** Any may ask. The rank's own are told before each item.
///
/// **Cost.** With a deadline two looks at the clock an item.
public final class Drain implements AutoCloseable {
  /// Why a run ends early.
  public enum Reason {
    /// The next item would not be done before the deadline.
    DEADLINE(1, "its time is up"),
    /// Someone wants the process to end: a person, a launcher, a batch system.
    SIGTERM(2, "SIGTERM"),
    /// A batch system warns that it will.
    SIGUSR1(3, "SIGUSR1");

    private final int code;
    private final String text;

    Reason(int code, String text) {
      this.code = code;
      this.text = text;
    }

    /// For a person.
    @Override
    public String toString() {
      return text;
    }
  }

  private static final long NEVER = Long.MAX_VALUE;

  private final boolean signals;
  private Signals.Heed heed;
  private long deadline = NEVER;

  /// The longest item of this rank so far.
  private final AtomicLong longest = new AtomicLong();

  /// Of the map under way, or `null`.
  private Counter shared;

  private volatile Reason reason;
  private Runnable onSignal = () -> {};

  /// Of one run, on one rank.
  ///
  /// @param signals whether to heed SIGTERM and SIGUSR1 from the first map on; see [Signals#heed]
  public Drain(boolean signals) {
    this.signals = signals;
  }

  /// Hands out no item from when, by the longest one so far and half as much again, the next one
  /// would not be done then. To be called before the maps.
  ///
  /// @param nanoTime by [System#nanoTime]
  public void at(long nanoTime) {
    deadline = nanoTime;
  }

  /// What is to be done first when a signal asks. To be called before the maps.
  public void onSignal(Runnable action) {
    onSignal = action;
  }

  /// Asks for it. Returns at once; the first reason counts.
  public synchronized void ask(Reason why) {
    if (reason == null) {
      reason = why;
      tellOthers();
    }
  }

  /// Why the run ends early, or `null`. After a map the same on every rank.
  public Reason reason() {
    return reason;
  }

  private void tellOthers() {
    if (shared != null && reason != null) {
      shared.getAndAdd(OrderedMap.STOP);
    }
  }

  /// Heeds signals from now on. Before the ranks of a map meet: by one that does not heed a signal
  /// yet, the launcher would end those that are at work.
  void heed() {
    if (signals && heed == null) {
      heed =
          Signals.heed(signal -> {
            onSignal.run();
            ask(Reason.valueOf(signal));
          });
    }
  }

  /// A map begins.
  ///
  /// @param counter the one that all its ranks look at
  synchronized void begin(Counter counter) {
    shared = counter;
    tellOthers();
  }

  /// Its ranks hand out no more items. Collective, 8 bytes a rank.
  void end(Communicator comm) {
    Reason mine;
    synchronized (this) {
      shared = null;
      mine = reason;
    }
    long any = comm.allreduce(mine == null ? 0 : mine.code, Op.MAX);
    for (Reason each : Reason.values()) {
      if (each.code == any) {
        reason = each;
      }
    }
  }

  /// Whether there is a deadline, and so [#took] wants to know.
  boolean timed() {
    return deadline != NEVER;
  }

  /// An item has taken so long.
  void took(long nanos) {
    longest.accumulateAndGet(nanos, Math::max);
  }

  /// Whether to hand out no more items, as far as this rank knows.
  ///
  /// @param now by [System#nanoTime]
  boolean asked(long now) {
    if (reason == null && timed() && longest.get() / 2 * 3 > deadline - now) {
      ask(Reason.DEADLINE);
    }
    return reason != null;
  }

  /// From now on signals end the process. Local.
  @Override
  public void close() {
    if (heed != null) {
      heed.close();
    }
  }
}
