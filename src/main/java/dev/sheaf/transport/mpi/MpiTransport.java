package dev.sheaf.transport.mpi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sheaf.InputException;
import dev.sheaf.comm.RankProgram;
import dev.sheaf.comm.Transport;
import dev.sheaf.comm.Transports;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/// C MPI through `java.lang.foreign`: Open MPI, MPICH and its family, or any library with the
/// standard ABI of MPI 5. The launcher (`mpirun`, `mpiexec`, `srun`) has started a process for each
/// rank; this process is one of them.
///
/// The library is that of the launcher; `SHEAF_MPI_LIB`, or the system property `sheaf.mpi.lib`,
/// names another. `SHEAF_MPI_NODES=K` makes the transport take the ranks for those of K nodes, K
/// blocks of equal size, to try on one machine what happens between nodes.
///
/// Of all communicators of a rank, one thread at a time may call one; counters and shared memory
/// are for any thread at any time.
public final class MpiTransport implements Transport {
  /// For `ServiceLoader`.
  public MpiTransport() {}

  @Override
  public String name() {
    return "mpi";
  }

  @Override
  public boolean launched(Map<String, String> environment) {
    return Launch.of(environment).launcher() != Launch.Launcher.NONE;
  }

  @Override
  public int run(int ranks, RankProgram program) {
    Map<String, String> environment = System.getenv();
    if (ranks != 0) {
      if (Transports.launchedRank(environment) != 0) {
        return 0; // all were told alike: rank 0 tells it
      }
      throw new InputException(
          "--ranks is for embedded ranks; start mpi's with: mpirun -n " + ranks + " sheaf ...");
    }
    Launch launch = Launch.of(environment);
    Nodes nodes = Nodes.of(launch, environment);
    Mpi mpi = new Mpi(Libraries.open(launch, environment));
    boolean concurrent = init(mpi, nodes.several());
    MpiCommunicator world = world(mpi, concurrent, nodes);
    if (world.size() == 1 && launch.size() > 1) {
      mpi.finish.call();
      if (Transports.launchedRank(environment) != 0) {
        return 0; // all are alone alike: rank 0 tells it
      }
      throw new InputException(
          "%d processes were started, but each is alone in its MPI world: %s"
              .formatted(launch.size(), launch.cure(mpi.version)));
    }
    Ending ending = world.process().ending();
    ending.watch(world.rank());
    try {
      int status = program.run(world);
      world.freeAll();
      ending.finish();
      return status;
    } catch (Throwable cause) {
      throw ending.fail(cause);
    }
  }

  /// Starts MPI. Several threads call it, one at a time; all at once where a counter's server needs
  /// that, between nodes.
  ///
  /// @return whether several threads may call it at once
  private static boolean init(Mpi mpi, boolean severalNodes) {
    int required = severalNodes ? mpi.abi.threadMultiple : mpi.abi.threadSerialized;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment provided = arena.allocate(JAVA_INT);
      int code = (int) mpi.initThread.call(0, 0, required, provided.address());
      if (code != 0) {
        throw new InputException("MPI_Init_thread failed: " + mpi.errorText(code));
      }
      int level = provided.get(JAVA_INT, 0);
      if (level < mpi.abi.threadSerialized) {
        throw new InputException(
            mpi.version + " provides no MPI_THREAD_SERIALIZED: build it with thread support");
      }
      return level >= mpi.abi.threadMultiple;
    }
  }

  private static MpiCommunicator world(Mpi mpi, boolean concurrent, Nodes nodes) {
    long handle = mpi.handle(Handle.COMM_WORLD);
    // Errors that belong to no communicator are raised on this one.
    mpi.commSetErrhandler.call(mpi.handle(Handle.COMM_SELF), mpi.handle(Handle.ERRORS_RETURN));
    MpiProcess process = new MpiProcess(mpi, new Ending(mpi, handle), concurrent);
    MpiCommunicator world = new MpiCommunicator(process, handle, MpiCommunicator.ONE_NODE);
    return nodes.several() ? new MpiCommunicator(process, handle, nodes.number(world)) : world;
  }
}
