package dev.sheaf.transport.mpj;

import dev.sheaf.comm.CommException;
import dev.sheaf.comm.Failure;
import dev.sheaf.comm.RankProgram;
import dev.sheaf.process.Host;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// This process as one rank of a [Launcher], on MPJ's device `niodev`.
///
/// MPJ's `Abort` does nothing, and `niodev` lets a rank wait for ever for one that is gone. So a
/// rank that fails ends its process with a status that tells the launcher to end the others
/// ([#FAILED]); and the launcher sends each rank a byte a second, on its standard input: where the
/// bytes end or stay out, the launcher is gone, or the host is cut off, and the rank ends.
final class ProcessJob implements Job {
  /// Added to the exit status of a rank that fails, so that the launcher knows it from one whose
  /// program has returned that status.
  static final int FAILED = 64;

  /// Seconds without the launcher's byte after which a rank ends.
  private static final int SILENCE_SECONDS = 15;

  private static final long SECOND_NANOS = 1_000_000_000;

  /// A rank whose connection breaks waits so long for the launcher to end it, as another rank has
  /// most likely failed and told why.
  private static final int GRACE_SECONDS = 10;

  private enum State {
    RUNNING,
    FINISHED,
    FAILED
  }

  private final Launch launch;
  private final String host = Host.name();
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
  private final AtomicInteger silence = new AtomicInteger();
  private volatile Device device;

  ProcessJob(Launch launch) {
    this.launch = launch;
  }

  int run(Library library, RankProgram program) {
    Thread.setDefaultUncaughtExceptionHandler((thread, cause) -> fail(cause));
    Runtime.getRuntime().addShutdownHook(new Thread(this::exited, "mpj-exit"));
    Thread hearing = Thread.ofPlatform().daemon().name("mpj-launcher").start(this::hear);
    Thread.ofPlatform().daemon().name("mpj-watch").start(this::watch);
    try {
      Device connected =
          Device.ofProcess(library, launch.rank(), launch.size(), launch.server(), launch.port());
      device = connected;
      Counters counters = new Counters(connected, launch.rank());
      Member member = new Member(this, connected, counters, host);
      int status = program.run(MpjCommunicator.world(member, launch.rank(), launch.size()));
      state.set(State.FINISHED);
      connected.finish();
      hearing.interrupt(); // the exit of a JVM waits 0.3 s for a thread that is in a system call
      Thread.setDefaultUncaughtExceptionHandler(null);
      return status;
    } catch (Throwable cause) {
      throw fail(cause);
    }
  }

  @Override
  public RuntimeException abort(int rank, String reason, int status) {
    return end(new CommException(reason), status);
  }

  private RuntimeException fail(Throwable cause) {
    if (cause instanceof LinkException) {
      pause(GRACE_SECONDS);
    }
    return end(cause, Failure.status(cause));
  }

  private RuntimeException end(Throwable cause, int status) {
    if (state.compareAndSet(State.RUNNING, State.FAILED)) {
      System.err.println(Failure.describe(launch.rank(), host, cause));
      System.out.flush();
      System.err.flush();
      Runtime.getRuntime().halt(FAILED + Math.min(status, FAILED - 1));
    }
    while (true) { // another thread is ending the JVM
      LockSupport.park();
    }
  }

  private void exited() {
    if (state.get() == State.RUNNING) {
      throw end(new CommException("the JVM exits before the program has returned"), Failure.RANK);
    }
  }

  /// Reads the launcher's bytes, until it is interrupted.
  private void hear() {
    try (FileInputStream input = new FileInputStream(FileDescriptor.in);
        FileChannel channel = input.getChannel()) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(1);
      while (channel.read(bytes.clear()) >= 0) {
        silence.set(0);
      }
    } catch (ClosedByInterruptException e) {
      return;
    } catch (IOException e) {
      // as its end
    }
    Runtime.getRuntime().halt(FAILED + Failure.RANK); // the launcher is gone, or ends the job
  }

  /// Counts the seconds without a byte, but not those in which this process was stopped; and looks
  /// whether MPJ has lost a connection, which it tells nobody.
  private void watch() {
    while (true) {
      pause(1);
      if (silence.incrementAndGet() > SILENCE_SECONDS) {
        throw end(
            new CommException(
                "nothing heard from the launcher for " + SILENCE_SECONDS + " seconds"),
            Failure.RANK);
      }
      Device connected = device;
      if (connected != null && state.get() == State.RUNNING && connected.closed()) {
        throw fail(new LinkException("the connection to another rank has ended", null));
      }
    }
  }

  private static void pause(int seconds) {
    long until = System.nanoTime() + seconds * SECOND_NANOS;
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
