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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Three hosts, started by hostfile: two ranks on the first, one on each of the others.
class HostsTest {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @RegisterExtension static final Cluster CLUSTER = Cluster.hosts();

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

  private static Ended run(World world, Class<?> main, String... words) {
    world.need();
    String[] args = transport(world.transport, words);
    List<String> command = CLUSTER.launch(world.launcher, new int[] {2, 1, 1}, main, args);
    Ended ended = CLUSTER.start("node1", Map.of(), command).await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    CLUSTER.awaitQuiet(Duration.ofSeconds(30));
    return ended;
  }

  @ParameterizedTest
  @EnumSource
  void contract(World world) {
    assertContract(
        world.transport, run(world, ContractMain.class, contractWords(world != World.OPEN_MPI)));
  }

  @ParameterizedTest
  @CsvSource({"OPEN_MPI, turn=0", "MPICH, turn=1", "JAVA_BINDINGS, turn=2"})
  void sameBytes(World world, String turn) {
    assertSameBytes(run(world, SameBytesMain.class, turn, "once"));
  }

  @ParameterizedTest
  @EnumSource
  void hello(World world) {
    assertHello(run(world, Main.class, "hello"));
  }

  @ParameterizedTest
  @EnumSource
  void sharing(World world) {
    assertSharing(run(world, HostsMain.class));
  }

  /// The words with the transport's name behind them.
  static String[] transport(String name, String... words) {
    return Stream.concat(Stream.of(words), Stream.of("--transport", name)).toArray(String[]::new);
  }

  /// Messages of 3 GiB go between hosts once, in [HostsTest]; else they are tested on one.
  static String[] contractWords(boolean brief) {
    return brief ? new String[] {"--without", "GiB:"} : new String[0];
  }

  static void assertContract(String transport, Ended ended) {
    assertTrue(ended.out().startsWith("4 ranks, " + transport + " ("), ended.toString());
    assertTrue(ended.out().contains(" passed, 0 failed"), ended.toString());
  }

  static void assertSameBytes(Ended ended) {
    assertEquals("1 passed, 0 failed\n", ended.out(), ended.toString());
  }

  static void assertHello(Ended ended) {
    assertEquals(
        List.of(
            "rank 0 of 4 on node1",
            "rank 1 of 4 on node1",
            "rank 2 of 4 on node2",
            "rank 3 of 4 on node3"),
        ended.out().lines().map(line -> line.substring(0, line.indexOf(','))).toList());
  }

  /// Ranks of a node, and only they, share memory; a counter serves all of them.
  static void assertSharing(Ended ended) {
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
