package dev.sheaf.transport.local;

import java.util.concurrent.locks.LockSupport;

/// A rank's wait in a call. With free processors it spins, which answers within a cache miss; then
/// it yields, then it parks, which costs no processor time however long it lasts.
///
/// No wake-up is lost: a waiter announces itself ([LocalCommunicator#waiting]) and then looks once
/// more before it parks; whoever makes a wait ready does so by a volatile write and then looks for
/// the announcement.
abstract class Wait {
  /// Some 2 microseconds: longer spins only hurt where another program has the other processor.
  private static final int SPINS = 100;

  /// Some 100 microseconds with free processors; with more ranks than processors, time for some of
  /// them to come without a system call each to wake the others.
  private static final int YIELDS = 200;

  private static final int CROWDED_YIELDS = 4;

  final LocalCommunicator member;
  private final Job job;
  private Thread thread;

  Wait(LocalCommunicator member) {
    this.member = member;
    this.job = member.job();
  }

  /// Whether the wait is over. Without side effects; any thread may ask.
  abstract boolean ready();

  /// The rank that has ended without doing what this wait is for, or `null`.
  abstract Rank missing();

  /// What is waited in, for messages: `recv from rank 1`.
  @Override
  public abstract String toString();

  /// Returns when it is ready; ends the job if that can never be.
  final void await() {
    if (!spins() && !yields()) {
      park();
    }
  }

  final void wake() {
    LockSupport.unpark(thread);
  }

  private boolean spins() {
    if (!job.spins) {
      return false;
    }
    for (int i = 0; i < SPINS; i++) {
      if (ready()) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  // Correctness does not depend on it: parking follows.
  @SuppressWarnings("ThreadPriorityCheck")
  private boolean yields() {
    int yields = job.spins ? YIELDS : CROWDED_YIELDS;
    for (int i = 0; i < yields; i++) {
      if (ready()) {
        return true;
      }
      Thread.yield();
    }
    return false;
  }

  private void park() {
    thread = Thread.currentThread();
    boolean interrupted = false;
    member.waiting = this;
    try {
      while (!ready()) {
        job.check();
        checkHope();
        LockSupport.park(member);
        interrupted |= Thread.interrupted();
      }
    } finally {
      member.waiting = null;
      if (interrupted) {
        thread.interrupt();
      }
    }
  }

  private void checkHope() {
    Rank missing = missing();
    if (missing != null && !ready()) {
      throw member.lost(
          missing == member.self()
              ? "rank %d waits in %s for itself".formatted(missing.number, this)
              : "rank %d waits in %s, but rank %d has ended"
                  .formatted(member.self().number, this, missing.number));
    }
    String deadlock = member.group().deadlock();
    if (deadlock != null) {
      throw member.lost(deadlock);
    }
  }
}
