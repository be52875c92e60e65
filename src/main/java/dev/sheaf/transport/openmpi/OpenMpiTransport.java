package dev.sheaf.transport.openmpi;

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
    OpenMpi mpi = MpiJar.open(System.getenv()).bindings();
    if (launch.launcher() == Launch.Launcher.SRUN) {
      return null; // MPI would end the process, with a page about how it was built
    }
    boolean concurrent = mpi.init(nodes.several());
    String host = mpi.host();
    RankProcess process = new RankProcess(host, new Ending(host, mpi), concurrent);
    ProcessCommunicator world = mpi.world(process, ProcessCommunicator.ONE_NODE);
    return nodes.several() ? mpi.world(process, nodes.number(world)) : world;
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
    MpiJar jar = MpiJar.open(Map.of(MpiJar.OVERRIDE, library));
    OpenMpi mpi = jar.bindings();
    boolean concurrent = mpi.init(true);
    requireSignals();
    String version = mpi.version();
    mpi.finish();
    return "%s, %s, %s"
        .formatted(
            version, jar.library(), concurrent ? "MPI_THREAD_MULTIPLE" : "MPI_THREAD_SERIALIZED");
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
