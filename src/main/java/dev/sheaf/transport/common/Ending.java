package dev.sheaf.transport.common;

import dev.sheaf.comm.CommException;
import dev.sheaf.comm.Failure;
import dev.sheaf.process.ExitCall;
import dev.sheaf.process.ParentProcess;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// How this rank ends. Only a rank whose program has returned may call `MPI_Finalize`: it waits for
/// the others. Any other end, by an exception on any thread or by `System.exit`, must end the whole
/// job with `MPI_Abort`, or the others wait for ever.
///
/// A rank that is killed, or crashes, can't do that: the launcher notices that its process has gone
/// and ends the others. Open MPI's `mpirun` and `srun` took up to 2.3 s for that, MPICH's `mpiexec`
/// 0.3 s; of a host that is cut off, `mpirun` learns by TCP keepalive, by default after 8 minutes,
/// with `--mca oob_tcp_keepalive_time 2 --mca oob_tcp_keepalive_intvl 1 --mca
/// oob_tcp_keepalive_probes 3` after 7 s.
///
/// Where it is the launcher's daemon that is killed, not all launchers notice: the rank that it had
/// started then ends itself.
public final class Ending {
  private enum State {
    RUNNING,
    FINISHED,
    FAILED
  }

  /// The library's two ways to end.
  public interface Library {
    /// Ends this rank, waiting for the others (`MPI_Finalize`).
    void finish();

    /// Ends all ranks at once (`MPI_Abort`); may return, or wait for a launcher that is cut off.
    void abort(int status);
  }

  /// Time for the launcher to pass on the last message.
  private static final long MESSAGE_NANOS = 200_000_000;

  /// Time for `MPI_Abort` to end this process.
  private static final long ABORT_NANOS = 10_000_000_000L;

  /// How often to look after the launcher's daemon.
  private static final long LOOK_NANOS = 1_000_000_000;

  /// Time for what this rank does to reach ranks that can still tell it, as the watchdog does: what
  /// this rank writes has most likely gone to the daemon.
  private static final long ORPHAN_NANOS = 20_000_000_000L;

  private final String host;
  private final Library library;
  private int rank;
  private volatile boolean finishing;
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

  /// The end of a rank on this host.
  public Ending(String host, Library library) {
    this.host = host;
    this.library = library;
  }

  /// Watches the JVM of this rank from now on. (Signals don't run the hook: see
  /// [dev.sheaf.process.Signals#endAtOnce].)
  void watch(int rank) {
    this.rank = rank;
    Thread.setDefaultUncaughtExceptionHandler((thread, cause) -> fail(cause));
    Runtime.getRuntime().addShutdownHook(new Thread(this::exited, "mpi-exit"));
    daemon("mpi-parent", this::watchParent);
  }

  private static void daemon(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }

  /// The programs of all ranks have returned: from here to its end this rank waits so long at most
  /// for others.
  void returned(long nanos) {
    daemon(
        "mpi-finish",
        () -> {
          // Rank 0 first, so that most often no other tells it too.
          pause(nanos + (rank == 0 ? 0 : 10 * MESSAGE_NANOS));
          if (state.get() == State.RUNNING) {
            fail(
                new CommException(
                    "the work is done, but not all ranks end: one is stopped, or its host is cut off"));
          }
        });
  }

  /// The regular end: the program has returned.
  void finish() {
    finishing = true;
    library.finish();
    state.set(State.FINISHED);
    Thread.setDefaultUncaughtExceptionHandler(null);
  }

  /// Tells why on standard error and ends all ranks; does not return.
  RuntimeException fail(Throwable cause) {
    return abort(cause, Failure.status(cause));
  }

  /// Tells the reason on standard error and ends all ranks; does not return.
  RuntimeException abort(String reason, int status) {
    return abort(new CommException(reason), status);
  }

  private RuntimeException abort(Throwable cause, int status) {
    if (state.compareAndSet(State.RUNNING, State.FAILED)) {
      try {
        System.err.println(Failure.describe(rank, host, cause));
        System.out.flush();
        System.err.flush();
        letLauncherRead();
        daemon(
            "mpi-abort",
            () -> {
              pause(ABORT_NANOS);
              Runtime.getRuntime().halt(status);
            });
        if (!finishing) { // else the library may be no more, and the launcher ends the others
          library.abort(status);
        }
      } finally { // also without the memory for a message
        Runtime.getRuntime().halt(status);
      }
    }
    while (true) { // another thread is ending the JVM
      LockSupport.park();
    }
  }

  /// Nobody else would end this rank, and `MPI_Abort` may wait for the daemon.
  private void watchParent() {
    while (!ParentProcess.gone()) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    pause(ORPHAN_NANOS);
    if (state.compareAndSet(State.RUNNING, State.FAILED)) {
      CommException cause = new CommException("the launcher's process that started it is gone");
      System.err.println(Failure.describe(rank, host, cause));
      Runtime.getRuntime().halt(Failure.RANK);
    }
  }

  /// Launchers drop what they have not passed on when a rank aborts, and with it the message.
  private static void letLauncherRead() {
    pause(MESSAGE_NANOS);
  }

  private static void pause(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void exited() {
    if (state.get() == State.RUNNING) {
      abort(ExitCall.message(ExitCall.caller()), Failure.RANK);
    }
  }
}
