package dev.sheaf.transport.local;

import dev.sheaf.comm.CommException;
import dev.sheaf.comm.Failure;
import dev.sheaf.comm.RankProgram;
import dev.sheaf.process.ExitCall;
import dev.sheaf.process.Host;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// One run of a program: its ranks, and how it ends.
final class Job {
  /// Time for other hooks, such as those that delete unfinished files.
  private static final long OTHER_HOOKS_NANOS = 200_000_000;

  /// Whether a rank may wait without giving its processor away.
  final boolean spins;

  /// The host's name.
  final String host = Host.name();

  /// The thread that started the ranks and is none of them.
  final Thread launcher = Thread.currentThread();

  private final int size;
  private final Set<Group> groups = ConcurrentHashMap.newKeySet();
  private final AtomicInteger running;
  private final AtomicInteger status = new AtomicInteger();
  private final AtomicBoolean failing = new AtomicBoolean();
  private volatile boolean failed;
  private final CountDownLatch done = new CountDownLatch(1);
  private Rank[] ranks = {};
  private Group worldGroup;

  Job(int size) {
    this.size = size;
    this.running = new AtomicInteger(size);
    this.spins = size <= Runtime.getRuntime().availableProcessors();
  }

  int run(RankProgram program) {
    Thread hook = new Thread(this::exited, "local-exit");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return runRanks(program);
    } finally {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException _) {
        // The JVM exits already.
      }
    }
  }

  private int runRanks(RankProgram program) {
    ranks = new Rank[size];
    LocalCommunicator[] world = new LocalCommunicator[size];
    for (int r = 0; r < size; r++) {
      int number = r;
      ranks[r] = new Rank(r, () -> run(program, world[number]));
    }
    worldGroup = Group.form(this, ranks, world);
    for (Rank rank : ranks) {
      try {
        rank.thread.start();
      } catch (OutOfMemoryError e) { // no more threads
        fail(rank, e);
        break;
      }
    }
    try {
      done.await();
    } catch (InterruptedException e) {
      fail(Failure.RANK, () -> "sheaf: interrupted");
      launcher.interrupt();
    }
    return status.get();
  }

  private void run(RankProgram program, LocalCommunicator world) {
    Rank rank = world.self();
    try {
      int exit = program.run(world);
      status.accumulateAndGet(exit, Math::max);
      rank.ended = true;
      // Whoever waits for this rank now waits in vain.
      wakeAll();
      if (running.decrementAndGet() == 0) {
        done.countDown();
      }
    } catch (Throwable e) {
      fail(rank, e);
    }
  }

  /// The group of all ranks.
  Group world() {
    return worldGroup;
  }

  void add(Group group) {
    groups.add(group);
  }

  void remove(Group group) {
    groups.remove(group);
  }

  /// Throws if the job has failed.
  void check() {
    if (failed) {
      throw new JobEnded();
    }
  }

  /// Ends the job because of an uncaught exception of a rank.
  void fail(Rank rank, Throwable cause) {
    fail(Failure.status(cause), () -> Failure.describe(rank.number, host, cause));
  }

  /// Ends the job on a rank's wish.
  JobEnded abort(Rank rank, String reason, int exit) {
    fail(exit, () -> Failure.describe(rank.number, host, new CommException(reason)));
    return new JobEnded();
  }

  /// Ends the job. The first one to come prints its message.
  private void fail(int exit, Supplier<String> message) {
    if (!failing.compareAndSet(false, true)) {
      return;
    }
    status.set(exit);
    try {
      System.err.println(message.get());
    } finally { // also without the memory for a message
      failed = true;
      wakeAll();
      for (Rank other : ranks) {
        if (!other.thread.equals(Thread.currentThread())) {
          other.thread.interrupt();
        }
      }
      done.countDown();
    }
  }

  /// The JVM exits: as it should if a signal wants that, but not by a rank's `System.exit`, which
  /// would choose the job's exit status.
  private void exited() {
    Thread caller = ExitCall.caller();
    if (caller == null || !failing.compareAndSet(false, true)) {
      return;
    }
    String why = ExitCall.message(caller);
    String message = "sheaf: " + why;
    for (Rank rank : ranks) {
      if (caller.equals(rank.thread) || caller.getName().startsWith(rank.thread.getName() + "-")) {
        message = Failure.describe(rank.number, host, new CommException(why));
      }
    }
    System.err.println(message);
    LockSupport.parkNanos(OTHER_HOOKS_NANOS);
    Runtime.getRuntime().halt(Failure.RANK);
  }

  private void wakeAll() {
    groups.forEach(Group::wakeAll);
  }
}
