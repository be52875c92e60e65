package dev.sheaf.transport.mpi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.cli.HostsMain;
import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.Clusters;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Three hosts, started by hostfile: two ranks on the first, one on each of the others. Messages of
/// 3 GiB go between them once.
public class HostsTest {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @RegisterExtension static final Clusters HOSTS = Clusters.hosts();

  /// A launcher with a transport of its library.
  enum World {
    OPEN_MPI(MpiLauncher.OPEN_MPI, "mpi"),
    MPICH(MpiLauncher.MPICH, "mpi"),
    JAVA_BINDINGS(MpiLauncher.OPEN_MPI, "openmpi");

    final MpiLauncher launcher;
    final String transport;

    World(MpiLauncher launcher, String transport) {
      this.launcher = launcher;
      this.transport = transport;
    }

    /// Skips the test if it is not there.
    void need() {
      launcher.need();
      if (this == JAVA_BINDINGS) {
        MpiLauncher.needJavaBindings();
      }
    }
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({
    "OPEN_MPI, --turn 0",
    "MPICH, --without GiB: --turn 1",
    "JAVA_BINDINGS, --without GiB: --turn 2"
  })
  void contractAndWorkloads(World world, String words, Cluster hosts) {
    world.need();
    String[] args = (words + " --transport " + world.transport).split(" ");
    List<String> command = hosts.launch(world.launcher, new int[] {2, 1, 1}, HostsMain.class, args);
    Ended ended = hosts.start("node1", Map.of(), command).await(LIMIT);
    assertHosts(ended, world.transport);
    assertContractAndWorkloads(ended);
    hosts.awaitQuiet(Duration.ofSeconds(30));
  }

  /// The ranks know each other's hosts; those of a node, and only they, share memory; a counter
  /// serves all of them.
  public static void assertHosts(Ended ended, String transport) {
    assertEquals(0, ended.status(), ended.toString());
    List<String> lines = ended.out().lines().limit(10).toList();
    assertEquals(10, lines.size(), ended.toString());
    assertEquals(
        List.of(
            "rank 0: 0 of 2 on node1, memory of rank 0",
            "rank 1: 1 of 2 on node1, memory of rank 0",
            "rank 2: 0 of 1 on node2, memory of rank 2",
            "rank 3: 0 of 1 on node3, memory of rank 3",
            "dynamic: 100 items by ranks [0, 1, 2, 3]",
            "guided: 100 items by ranks [0, 1, 2, 3]"),
        lines.subList(0, 6));
    assertEquals(
        List.of(
            "rank 0 of 4 on node1",
            "rank 1 of 4 on node1",
            "rank 2 of 4 on node2",
            "rank 3 of 4 on node3"),
        lines.subList(6, 10).stream().map(line -> line.substring(0, line.indexOf(','))).toList());
    assertTrue(lines.getLast().contains(", " + transport + " ("), ended.toString());
  }

  /// No check has failed, and the workloads' bytes are those of embedded ranks.
  public static void assertContractAndWorkloads(Ended ended) {
    List<String> counts =
        ended.out().lines().filter(line -> line.endsWith(" passed, 0 failed")).toList();
    assertEquals(2, counts.size(), ended.toString());
    assertEquals("1 passed, 0 failed", counts.getLast(), ended.toString());
  }
}
