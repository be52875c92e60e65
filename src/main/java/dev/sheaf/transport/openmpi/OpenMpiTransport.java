package dev.sheaf.transport.openmpi;

import dev.sheaf.InputException;
import dev.sheaf.transport.common.Ending;
import dev.sheaf.transport.common.Launch;
import dev.sheaf.transport.common.LaunchedTransport;
import dev.sheaf.transport.common.Nodes;
import dev.sheaf.transport.common.ProcessCommunicator;
import dev.sheaf.transport.common.RankProcess;
import java.nio.file.Files;
import java.util.Map;

/// Open MPI through its own Java bindings (4.1, 5.0): `mpi.jar`, loaded at run time. Its launcher
/// (`mpirun`, `srun --mpi=pmix`) has started a process for each rank; this process is one of them.
///
/// The jar is the one that `SHEAF_MPI_JAR`, or the system property `sheaf.mpi.jar` (`--mpi-jar`),
/// names; else `$MPI_HOME/lib/mpi.jar`; else the one beside Sheaf's own, where `make mpi-jar` puts
/// it; else that of the library directory that `ompi_info` tells, or of the usual places.
///
/// Shared memory is a mapped file (see [dev.sheaf.transport.common.MappedMemory]), as the bindings
/// have no `MPI_Win_shared_query` and count a window in `int` bytes.
///
/// Of all communicators of a rank, one thread at a time may call one; counters and shared memory
/// are for any thread at any time.
public final class OpenMpiTransport extends LaunchedTransport {
  /// For `ServiceLoader`.
  public OpenMpiTransport() {}

  @Override
  public String name() {
    return "openmpi";
  }

  /// Never: `mpi` is the transport of Open MPI's launchers; this one is chosen by name.
  @Override
  public boolean launched(Map<String, String> environment) {
    return false;
  }

  @Override
  protected ProcessCommunicator start(Launch launch, Nodes nodes) {
    MpiJar.open(System.getenv());
    if (launch.launcher() == Launch.Launcher.SRUN) {
      return null; // MPI would end the process, with a page about how it was built
    }
    try {
      boolean concurrent = init(nodes.several());
      Bindings.SET_ERRHANDLER.invokeExact(Bindings.WORLD, Bindings.ERRORS_RETURN);
      // Errors that belong to no communicator are raised on this one.
      Bindings.SET_ERRHANDLER.invokeExact(Bindings.SELF, Bindings.ERRORS_RETURN);
      String host = (String) Bindings.PROCESSOR_NAME.invokeExact();
      RankProcess process = new RankProcess(host, new Ending(host, new Library()), concurrent);
      ProcessCommunicator world = world(process, ProcessCommunicator.ONE_NODE);
      return nodes.several() ? world(process, nodes.number(world)) : world;
    } catch (Throwable e) {
      throw OpenMpiCommunicator.unchecked(e);
    }
  }

  private static OpenMpiCommunicator world(RankProcess process, int node) {
    return new OpenMpiCommunicator(process, Bindings.WORLD, node);
  }

  /// Starts MPI. Several threads call it, one at a time; all at once where a counter's server needs
  /// that, between nodes.
  ///
  /// @return whether several threads may call it at once
  private static boolean init(boolean severalNodes) throws Throwable {
    int required = severalNodes ? Bindings.THREAD_MULTIPLE : Bindings.THREAD_SERIALIZED;
    int level = (int) Bindings.INIT_THREAD.invokeExact(new String[0], required);
    if (level < Bindings.THREAD_SERIALIZED) {
      throw new InputException(
          "Open MPI provides no MPI_THREAD_SERIALIZED: build it with thread support");
    }
    return level >= Bindings.THREAD_MULTIPLE;
  }

  /// The bindings' two ways to end.
  private static final class Library implements Ending.Library {
    @Override
    public void finish() {
      try {
        Bindings.FINISH.invokeExact();
      } catch (Throwable e) {
        throw OpenMpiCommunicator.unchecked(e);
      }
    }

    @Override
    public void abort(int status) {
      try {
        Bindings.ABORT.invokeExact(Bindings.WORLD, status);
      } catch (Throwable e) {
        throw OpenMpiCommunicator.unchecked(e);
      }
    }
  }

  @Override
  public Map<String, String> libraries(Map<String, String> environment) {
    return MpiJar.find(environment)
        .map(jar -> Map.of(jar.toString(), Files.isRegularFile(jar) ? "" : "no such file"))
        .orElse(Map.of());
  }

  @Override
  public String probe(String library) {
    prepareProbe();
    MpiJar.open(Map.of(MpiJar.OVERRIDE, library));
    try {
      boolean concurrent = init(true);
      requireSignals();
      String version = OpenMpiCommunicator.version();
      Bindings.FINISH.invokeExact();
      return "%s, %s, %s"
          .formatted(
              version,
              MpiJar.opened().library(),
              concurrent ? "MPI_THREAD_MULTIPLE" : "MPI_THREAD_SERIALIZED");
    } catch (Throwable e) {
      throw OpenMpiCommunicator.unchecked(e);
    }
  }

  @Override
  protected String cure(Launch launch, ProcessCommunicator world) {
    return switch (launch.launcher()) {
      case OPEN_MPI -> "use the launcher of " + world.library() + ", or --transport mpi";
      case PMI -> "this launcher speaks PMI: use Open MPI's mpirun, or --transport mpi";
      case PMIX, SRUN, NONE -> "start them with srun --mpi=pmix";
    };
  }
}
