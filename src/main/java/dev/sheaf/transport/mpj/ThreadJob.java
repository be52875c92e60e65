package dev.sheaf.transport.mpj;

import dev.sheaf.comm.CommException;
import dev.sheaf.comm.Failure;
import dev.sheaf.comm.RankProgram;
import dev.sheaf.process.Host;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Ranks as threads of this JVM, on MPJ's device `smpdev`. When one fails, the others are
/// interrupted and their threads, daemons, left to themselves.
final class ThreadJob implements Job {
  private static final int NONE = -1;

  private final Library library;
  private final Thread[] ranks;
  private final Counters counters = new Counters();
  private final String host = Host.name();
  private final AtomicInteger running;
  private final AtomicInteger status = new AtomicInteger();
  private final AtomicBoolean failing = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);

  ThreadJob(Library library, int size) {
    this.library = library;
    this.ranks = new Thread[size];
    this.running = new AtomicInteger(size);
  }

  int run(RankProgram program) {
    for (int r = 0; r < ranks.length; r++) {
      int rank = r;
      ranks[r] = new Thread(library.newGroup("rank-" + r), () -> run(rank, program), "rank-" + r);
      ranks[r].setDaemon(true);
    }
    for (int r = 0; r < ranks.length; r++) {
      try {
        ranks[r].start();
      } catch (OutOfMemoryError e) { // no more threads
        fail(r, e);
        break;
      }
    }
    try {
      done.await();
    } catch (InterruptedException e) {
      fail(NONE, Failure.RANK, () -> "sheaf: interrupted");
      Thread.currentThread().interrupt();
    }
    return status.get();
  }

  private void run(int rank, RankProgram program) {
    try {
      Device device = Device.ofThread(library, rank, ranks.length);
      Member member = new Member(this, device, counters, host);
      int exit = program.run(MpjCommunicator.world(member, rank, ranks.length));
      status.accumulateAndGet(exit, Math::max);
      if (running.decrementAndGet() == 0) {
        done.countDown();
      }
    } catch (Throwable e) {
      fail(rank, e);
    }
  }

  private void fail(int rank, Throwable cause) {
    fail(rank, Failure.status(cause), () -> Failure.describe(rank, host, cause));
  }

  @Override
  public RuntimeException abort(int rank, String reason, int exit) {
    CommException cause = new CommException(reason);
    fail(rank, exit, () -> Failure.describe(rank, host, cause));
    return cause;
  }

  /// Ends the job. The first one to come prints its message.
  private void fail(int rank, int exit, Supplier<String> message) {
    if (!failing.compareAndSet(false, true)) {
      return;
    }
    status.set(exit);
    try {
      System.err.println(message.get());
    } finally { // also without the memory for a message
      for (int r = 0; r < ranks.length; r++) {
        if (r != rank) {
          ranks[r].interrupt();
        }
      }
      done.countDown();
    }
  }
}
