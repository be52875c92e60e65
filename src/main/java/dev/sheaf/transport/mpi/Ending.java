package dev.sheaf.transport.mpi;

import dev.sheaf.comm.CommException;
import dev.sheaf.comm.Failure;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// How this rank ends. Only a rank whose program has returned may call `MPI_Finalize`: it waits for
/// the others. Any other end, by an exception on any thread or by `System.exit`, must end the whole
/// job with `MPI_Abort`, or the others wait for ever.
final class Ending {
  private enum State {
    RUNNING,
    FINISHED,
    FAILED
  }

  /// Time for the launcher to pass on the last message.
  private static final long MESSAGE_NANOS = 200_000_000;

  private final Mpi mpi;
  private final long world;
  private int rank;
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

  Ending(Mpi mpi, long world) {
    this.mpi = mpi;
    this.world = world;
  }

  /// Watches the JVM of this rank from now on. (`-Xrs` keeps the launcher's SIGTERM from running
  /// the hook.)
  void watch(int rank) {
    this.rank = rank;
    Thread.setDefaultUncaughtExceptionHandler((thread, cause) -> fail(cause));
    Runtime.getRuntime().addShutdownHook(new Thread(this::exited, "mpi-exit"));
  }

  /// The regular end: the program has returned.
  void finish() {
    mpi.finish.call();
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
      System.err.println(Failure.describe(rank, mpi.host(), cause));
      System.out.flush();
      System.err.flush();
      letLauncherRead();
      mpi.abort.call(world, status);
      Runtime.getRuntime().halt(status);
    }
    while (true) { // another thread is ending the JVM
      LockSupport.park();
    }
  }

  /// Launchers drop what they have not passed on when a rank aborts, and with it the message.
  private static void letLauncherRead() {
    long until = System.nanoTime() + MESSAGE_NANOS;
    for (long left = MESSAGE_NANOS; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void exited() {
    if (state.get() == State.RUNNING) {
      abort("the JVM exits before the program has returned", Failure.RANK);
    }
  }
}
