package dev.sheaf.transport.common;

import dev.sheaf.InputException;
import dev.sheaf.comm.Bound;
import dev.sheaf.comm.CommException;
import dev.sheaf.comm.Failure;
import dev.sheaf.comm.RankProgram;
import dev.sheaf.comm.Transport;
import dev.sheaf.foreign.NativeLibrary;
import dev.sheaf.process.Host;
import dev.sheaf.process.LastWords;
import dev.sheaf.process.Signals;
import java.time.Duration;
import java.util.Map;

/// A transport whose ranks are processes: a launcher (`mpirun`, `mpiexec`, `srun`) has started one
/// for each rank, and this process is one of them. It is a rank from [#start] to its [Ending].
///
/// `SHEAF_MPI_NODES=K` makes the transport take the ranks for those of K nodes, K blocks of equal
/// size, to try on one machine what happens between nodes.
public abstract class LaunchedTransport implements Transport {
  /// Time for all ranks to end when their programs have returned.
  private static final long FINISH_NANOS = 60_000_000_000L;

  /// For subclasses.
  protected LaunchedTransport() {}

  /// Loads and starts the library.
  ///
  /// @param launch what the launcher has told
  /// @param nodes whether several threads will call the library at once: those of counters between
  ///   several nodes do
  /// @return the communicator of all ranks, which knows about `nodes`; or `null`, with nothing
  ///   started, if the launcher doesn't give the library what it needs to find other ranks
  /// @throws InputException if there is no library
  protected abstract ProcessCommunicator start(Launch launch, Nodes nodes);

  /// What to do when the launcher has started several ranks but the library sees a world of one.
  ///
  /// @param world that world; `null` if [#start] gave none
  protected abstract String cure(Launch launch, ProcessCommunicator world);

  @Override
  public final int run(int ranks, RankProgram program) {
    return run(ranks, program, Bound.MEETING);
  }

  /// @param meeting time for all ranks to meet
  final int run(int ranks, RankProgram program, Duration meeting) {
    Map<String, String> environment = System.getenv();
    if (ranks != 0) {
      if (Launch.rank(environment) != 0) {
        return 0; // all were told alike: rank 0 tells it
      }
      throw new InputException(
          "--ranks is for embedded ranks; start "
              + name()
              + "'s with: mpirun -n "
              + ranks
              + " sheaf ...");
    }
    Launch launch = Launch.of(environment);
    keepSignals();
    Signals.endAtOnce(); // without a word of this rank's: its launcher says what there is to say
    ProcessCommunicator world;
    LastWords.meets();
    try (Bound _ = new Bound(meeting, LaunchedTransport::end)) {
      world = start(launch, Nodes.of(launch, environment));
    }
    LastWords.hasMet();
    if (world == null || (world.size() == 1 && launch.size() > 1)) {
      if (world != null) {
        world.process().ending().finish();
      }
      if (Launch.rank(environment) != 0) {
        return 0; // all are alone alike: rank 0 tells it
      }
      throw new InputException(
          "%d processes were started, but each is alone in its MPI world: %s"
              .formatted(launch.size(), cure(launch, world)));
    }
    Ending ending = world.process().ending();
    ending.watch(world.rank());
    try {
      int status = program.run(world);
      world.barrier(); // as long as the others' programs take
      ending.returned(FINISH_NANOS);
      world.freeAll();
      ending.finish();
      return status;
    } catch (Throwable cause) {
      throw ending.fail(cause);
    }
  }

  /// Ends this process, and with it the job: launchers end the other ranks when one has failed.
  private static void end(String reason) {
    int rank = Launch.rank(System.getenv());
    System.err.println(Failure.describe(rank, Host.name(), new CommException(reason)));
    Runtime.getRuntime().halt(Failure.RANK);
  }

  /// To be called before a library is loaded: UCX, which Debian's MPICH and Open MPI on InfiniBand
  /// use, would take SIGSEGV from the JVM, which dies at its first implicit null check.
  private static void keepSignals() {
    NativeLibrary.setDefault("UCX_ERROR_SIGNALS", "");
  }

  /// To be called before [#probe] starts a library: as it does before it starts a rank, and without
  /// a launcher Open MPI would start a daemon, and look for ssh.
  protected static void prepareProbe() {
    keepSignals();
    NativeLibrary.setDefault("OMPI_MCA_ess_singleton_isolated", "1");
  }

  /// Ends the process if the library has taken the JVM's signals.
  protected static void requireSignals() {
    int[] nothing = System.getProperty("sheaf.no.such.property") == null ? null : new int[0];
    try {
      // Not a call: of those the interpreter looks at the receiver beforehand.
      throw new IllegalStateException("null has a length: " + nothing.length);
    } catch (NullPointerException e) {
      // made of a SIGSEGV, which is still the JVM's
    }
  }
}
