package dev.sheaf.transport.mpi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.cli.Main;
import dev.sheaf.cli.SameBytesMain;
import dev.sheaf.comm.ContractMain;
import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Three hosts, started by hostfile: two ranks on the first, one on each of the others.
class HostsTest {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static Cluster cluster;

  @BeforeAll
  static void up() {
    cluster = Cluster.hosts();
  }

  @AfterAll
  static void down() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Ended run(MpiLauncher launcher, Class<?> main, String... args) {
    List<String> words = new ArrayList<>(List.of(launcher.need().toString()));
    switch (launcher) {
      case OPEN_MPI ->
          words.addAll(
              List.of(
                  "--allow-run-as-root",
                  "--bind-to",
                  "none",
                  "--mca",
                  "mpi_yield_when_idle",
                  "1",
                  "--hostfile",
                  cluster
                      .write("hostfile", "node1 slots=2", "node2 slots=1", "node3 slots=1")
                      .toString()));
      case MPICH ->
          words.addAll(
              List.of("-f", cluster.write("hosts", "node1:2", "node2", "node3").toString()));
    }
    words.addAll(List.of("-n", "4"));
    words.addAll(cluster.java(main, args));
    Ended ended = cluster.start("node1", Map.of(), words).await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    cluster.awaitQuiet(Duration.ofSeconds(30));
    return ended;
  }

  @ParameterizedTest
  @EnumSource
  void contract(MpiLauncher launcher) {
    Ended ended = run(launcher, ContractMain.class);
    assertTrue(ended.out().startsWith("4 ranks, mpi ("), ended.toString());
    assertTrue(ended.out().contains(" passed, 0 failed"), ended.toString());
  }

  @ParameterizedTest
  @EnumSource
  void sameBytes(MpiLauncher launcher) {
    Ended ended = run(launcher, SameBytesMain.class, "one-way-each");
    assertEquals("1 passed, 0 failed\n", ended.out(), ended.toString());
  }

  @ParameterizedTest
  @EnumSource
  void hello(MpiLauncher launcher) {
    Ended ended = run(launcher, Main.class, "hello");
    assertEquals(
        List.of(
            "rank 0 of 4 on node1",
            "rank 1 of 4 on node1",
            "rank 2 of 4 on node2",
            "rank 3 of 4 on node3"),
        ended.out().lines().map(line -> line.substring(0, line.indexOf(','))).toList());
  }

  /// Ranks of a node, and only they, share memory; a counter serves all of them.
  @ParameterizedTest
  @EnumSource
  void sharing(MpiLauncher launcher) {
    Ended ended = run(launcher, HostsMain.class);
    assertEquals(
        """
        rank 0: 0 of 2 on node1, memory of rank 0
        rank 1: 1 of 2 on node1, memory of rank 0
        rank 2: 0 of 1 on node2, memory of rank 2
        rank 3: 0 of 1 on node3, memory of rank 3
        dynamic: 100 items by ranks [0, 1, 2, 3]
        guided: 100 items by ranks [0, 1, 2, 3]
        """,
        ended.out(),
        ended.toString());
  }
}
