package dev.sheaf.transport.mpi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.sheaf.InputException;
import dev.sheaf.comm.Op;
import dev.sheaf.foreign.NativeFunction;
import dev.sheaf.foreign.NativeLibrary;
import dev.sheaf.transport.common.Ending;
import dev.sheaf.transport.common.Launch;
import dev.sheaf.transport.common.LaunchedTransport;
import dev.sheaf.transport.common.Nodes;
import dev.sheaf.transport.common.ProcessCommunicator;
import dev.sheaf.transport.common.RankProcess;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// C MPI through `java.lang.foreign`: Open MPI, MPICH and its family, or any library with the
/// standard ABI of MPI 5. The launcher (`mpirun`, `mpiexec`, `srun`) has started a process for each
/// rank; this process is one of them.
///
/// The library is that of the launcher; `SHEAF_MPI_LIB`, or the system property `sheaf.mpi.lib`,
/// names another.
///
/// Of all communicators of a rank, one thread at a time may call one; counters and shared memory
/// are for any thread at any time.
public final class MpiTransport extends LaunchedTransport {
  private static final short POLLIN = 1;

  private static final int ANSWER_MILLIS = 5000;

  /// Linux's `_SC_NPROCESSORS_ONLN`.
  private static final int NPROCESSORS_ONLN = 84;

  @Override
  public String name() {
    return "mpi";
  }

  @Override
  public boolean launched(Map<String, String> environment) {
    return Launch.of(environment).launcher() != Launch.Launcher.NONE;
  }

  @Override
  protected ProcessCommunicator start(Launch launch, Nodes nodes) {
    Mpi mpi = new Mpi(Libraries.open(launch, System.getenv()));
    if (mpi.abi == Abi.OPEN_MPI
        && (launch.launcher() == Launch.Launcher.SRUN
            || Libraries.lacksPmi2(launch, System.getenv()))) {
      return null; // it would end the process, with a page about how it was built
    }
    if (mpi.version.startsWith("MPICH 4.0.")) {
      // Its line about MPI_Abort would follow ours. Later ones print it all the same, and over the
      // empty text 4.2.1's launcher fails, with a status of its own.
      NativeLibrary.setDefault("MPIR_CVAR_SUPPRESS_ABORT_MESSAGE", "1");
    }
    boolean concurrent = init(mpi, nodes.several()) >= mpi.abi.threadMultiple;
    long handle = mpi.handle(Handle.COMM_WORLD);
    // Errors that belong to no communicator are raised on this one.
    mpi.commSetErrhandler.call(mpi.handle(Handle.COMM_SELF), mpi.handle(Handle.ERRORS_RETURN));
    Ending.Library library =
        new Ending.Library() {
          @Override
          public void finish() {
            if (mpi.abi == Abi.MPICH && nodes.several()) {
              leave(mpi, handle);
            } else {
              mpi.finish.call();
            }
          }

          @Override
          public void abort(int status) {
            mpi.abort.call(handle, status);
          }
        };
    String host = mpi.host();
    RankProcess process = new RankProcess(host, new Ending(host, library), concurrent);
    int node = ProcessCommunicator.ONE_NODE;
    MpiCommunicator world = new MpiCommunicator(mpi, process, handle, node);
    if (nodes.several()) {
      node = nodes.number(world);
      world = new MpiCommunicator(mpi, process, handle, node);
    }
    return mpi.abi == Abi.MPICH && crowded(world)
        ? new MpiCommunicator(mpi.yielding(), process, handle, node)
        : world;
  }

  /// Whether a node has more ranks than cores. Those of MPICH spin there while they wait, until
  /// their time slice is over: 64 on 2 cores took 1 s for an `allreduce`, and 7 ms where they leave
  /// the core to each other. (Open MPI's ranks yield by themselves, if `mpi_yield_when_idle` is
  /// set.)
  private static boolean crowded(MpiCommunicator world) {
    // Not only those that this rank may use: each rank may be bound to a core of its own.
    long cores =
        Math.max(
            NativeFunction.ofC("sysconf").call(NPROCESSORS_ONLN),
            Runtime.getRuntime().availableProcessors());
    return world.allreduce(world.nodeSize() > cores ? 1 : 0, Op.MAX) == 1;
  }

  /// The end on several nodes where `MPI_Finalize` may hang: before 4.2, a rank of MPICH over UCX
  /// that is ahead there waits for the others without answering their disconnects (its pull request
  /// 6596). So the ranks meet and go, twice: what the second meeting takes is connected then, so
  /// that nothing of it waits in a rank that has gone.
  private static void leave(Mpi mpi, long world) {
    mpi.barrier.call(world);
    mpi.barrier.call(world);
    String socket = System.getenv("PMI_FD");
    boolean hydra = System.getenv("MPI_LOCALNRANKS") != null;
    if (socket != null && hydra && mpi.version.startsWith("MPICH ")) {
      finishPmi(Integer.parseInt(socket));
    }
  }

  /// Tells `mpiexec.hydra`, by PMI 1, that this rank ends as it should; else hydra may kill those
  /// of its host that end a little later. Waits for its answer, but not for ever.
  private static void finishPmi(int socket) {
    byte[] command = "cmd=finalize\n".getBytes(StandardCharsets.US_ASCII);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(64);
      MemorySegment.copy(command, 0, text, JAVA_BYTE, 0, command.length);
      NativeFunction.ofC("write").call(socket, text.address(), command.length);
      MemorySegment poll = arena.allocate(Long.BYTES, Long.BYTES); // struct pollfd
      poll.set(JAVA_INT, 0, socket);
      poll.set(JAVA_SHORT, Integer.BYTES, POLLIN);
      if ((int) NativeFunction.ofC("poll").call(poll.address(), 1, ANSWER_MILLIS) > 0) {
        NativeFunction.ofC("read").call(socket, text.address(), text.byteSize());
      }
    }
  }

  @Override
  public Map<String, String> libraries(Map<String, String> environment) {
    return Libraries.found(environment);
  }

  @Override
  public String probe(String library) {
    prepareProbe();
    Launch alone = new Launch(Launch.Launcher.PMI, 1, true);
    Mpi mpi = new Mpi(Libraries.open(alone, Map.of(Libraries.OVERRIDE, library)));
    boolean concurrent = init(mpi, true) >= mpi.abi.threadMultiple;
    requireSignals();
    mpi.finish.call();
    return "%s, %s, %s, counts of %d bits"
        .formatted(
            mpi.version,
            mpi.abi.label(),
            concurrent ? "MPI_THREAD_MULTIPLE" : "MPI_THREAD_SERIALIZED",
            mpi.largeCounts ? Long.SIZE : Integer.SIZE);
  }

  /// Starts MPI. Several threads call it, one at a time; all at once where a counter's server needs
  /// that, between nodes.
  ///
  /// @return the thread level that it provides
  private static int init(Mpi mpi, boolean severalNodes) {
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
      return level;
    }
  }

  @Override
  protected String cure(Launch launch, ProcessCommunicator world) {
    return switch (launch.launcher()) {
      case OPEN_MPI ->
          "this is Open MPI's launcher: use that of "
              + ((MpiCommunicator) world).mpi().version
              + ", or set SHEAF_MPI_LIB=libmpi.so.40";
      case PMI ->
          world == null
              ? "this Open MPI speaks no PMI-2: start them with srun --mpi=pmix, or install MPICH"
              : "this launcher speaks PMI: use that of "
                  + ((MpiCommunicator) world).mpi().version
                  + ", or set SHEAF_MPI_LIB=libmpich.so.12";
      case PMIX, SRUN, NONE -> "start them with srun --mpi=pmix (Open MPI) or --mpi=pmi2 (MPICH)";
    };
  }
}
