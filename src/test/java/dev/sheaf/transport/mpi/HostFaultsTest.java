package dev.sheaf.transport.mpi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.transport.mpi.HostsTest.World;
import dev.sheaf.watch.Troubles;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Three hosts with one rank each, started by hostfile on `node1`. Whatever is lost on `node2`, the
/// job ends everywhere, and somebody says what was lost.
class HostFaultsTest {
  /// Seconds on a quiet machine. `mpirun` notices the silence of a host after 2 + 3 x 1 s, the
  /// watchdog that of a rank after 5 s, the rest is noticed at once.
  private static final Duration BOUND = Duration.ofSeconds(60);

  @RegisterExtension static final Cluster CLUSTER = Cluster.hosts();

  private static MpiLauncher.Run start(MpiLauncher launcher, String ending) {
    return CLUSTER.start(
        "node1", Map.of(), CLUSTER.launch(launcher, new int[] {1, 1, 1}, Endings.class, ending));
  }

  /// Starts ranks that the watchdog watches.
  private static MpiLauncher.Run start(World world, int[] slots, String... trouble) {
    world.need();
    return CLUSTER.start(
        "node1",
        Map.of("TEST_TRANSPORT", world.transport),
        CLUSTER.launch(world.launcher, slots, Troubles.class, trouble));
  }

  /// Starts ranks that wait for ever, until all of them do.
  private static MpiLauncher.Run waiting(MpiLauncher launcher) throws InterruptedException {
    MpiLauncher.Run run = start(launcher, "wait");
    awaitPrinted(run, "pid ", 3);
    return run;
  }

  private static void awaitPrinted(MpiLauncher.Run run, String line, int ranks)
      throws InterruptedException {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (run.out().lines().filter(each -> each.startsWith(line)).count() < ranks) {
      assertTrue(System.nanoTime() < deadline, "no start: " + run.out());
      Thread.sleep(50);
    }
  }

  private static Ended assertEnds(MpiLauncher.Run run, String... told) {
    Ended ended = run.await(BOUND);
    assertTold(ended, told);
    CLUSTER.awaitQuiet(BOUND);
    return ended;
  }

  private static void assertTold(Ended ended, String... told) {
    assertNotEquals(0, ended.status(), ended.toString());
    for (String part : told) {
      assertTrue((ended.out() + ended.err()).contains(part), part + " is not in: " + ended);
    }
  }

  private static String pidOfRank1(MpiLauncher.Run run) {
    return run.out()
        .lines()
        .filter(line -> line.startsWith("pid 1 "))
        .findFirst()
        .orElseThrow()
        .substring(6);
  }

  @ParameterizedTest
  @EnumSource
  void aRankThrows(MpiLauncher launcher) {
    Ended ended = assertEnds(start(launcher, "exception"), "sheaf: rank 1 on node2 (pid ", "boom");
    assertEquals(3, ended.status(), ended.toString());
  }

  @ParameterizedTest
  @EnumSource
  void aRankExitsInAnItem(MpiLauncher launcher) {
    Ended ended =
        assertEnds(
            start(launcher, "item"),
            "sheaf: rank 1 on node2 (pid ",
            "the JVM exits before the program has returned");
    assertEquals(3, ended.status(), ended.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "OPEN_MPI, process rank 1 with PID, on node node2 exited on signal 9",
    "MPICH, RUNNING AT node2, EXIT CODE: 9"
  })
  void aRankIsKilled(MpiLauncher launcher, String what, String how) throws Exception {
    MpiLauncher.Run run = waiting(launcher);
    CLUSTER.run("node2", "kill", "-9", pidOfRank1(run));
    assertEnds(run, what, how);
  }

  @Test
  void aDaemonIsKilled() throws Exception {
    MpiLauncher.Run run = waiting(MpiLauncher.OPEN_MPI);
    CLUSTER.run("node2", "pkill", "-9", "-x", "orted");
    assertEnds(run, "ORTE has lost communication with a remote daemon", "node2");
  }

  @ParameterizedTest
  @EnumSource
  void theLauncherIsKilled(MpiLauncher launcher) throws Exception {
    MpiLauncher.Run run = waiting(launcher);
    CLUSTER.run("node1", "pkill", "-9", "-x", launcher.need().getFileName().toString());
    assertEnds(run);
  }

  /// By Open MPI's keepalive, as `run/mpirun` sets it; MPICH's launcher has none. On the host
  /// itself a daemon that had just sent something waits for TCP, or for its network to come back.
  @Test
  void aHostIsCutOff() throws Exception {
    MpiLauncher.Run run = waiting(MpiLauncher.OPEN_MPI);
    CLUSTER.cut("node2");
    assertTold(run.await(BOUND), "ORTE has lost communication with a remote daemon", "node2");
    CLUSTER.awaitQuiet(BOUND, "node2");
    CLUSTER.heal("node2");
    CLUSTER.awaitQuiet(BOUND);
  }

  /// What rank 1 does its neighbour rank 2 can tell.
  @ParameterizedTest
  @EnumSource
  void aRankIsStopped(World world) {
    Ended ended =
        assertEnds(
            start(world, new int[] {1, 2, 1}, "STOP", "1", "5"),
            "lost: rank 1 on node2 (pid ",
            "in item 2 (input-2) for ",
            "no sign of life");
    assertEquals(3, ended.status(), ended.toString());
  }

  /// MPICH's launcher does not notice, but the rank that it had started does.
  @Test
  void aProxyIsKilled() throws Exception {
    MpiLauncher.Run run = start(World.MPICH, new int[] {1, 1, 1}, "SLEEP", "1", "5");
    awaitPrinted(run, "trouble", 1);
    CLUSTER.run("node2", "pkill", "-9", "-x", "hydra_pmi_proxy");
    assertEnds(
        run,
        "sheaf: rank 0 on node1 (pid ",
        "the launcher's process that started it is gone: rank 1 on node2 (pid ",
        "in item 2 (input-2) for ");
  }

  /// MPICH's launcher does not notice, but the watchdog ends the ranks, on the host itself too.
  @Test
  void aHostIsCutOffUnderMpich() throws Exception {
    MpiLauncher.Run run = start(World.MPICH, new int[] {1, 1, 1}, "MEET", "1", "5");
    awaitPrinted(run, "trouble", 3);
    CLUSTER.cut("node2");
    assertTold(run.await(BOUND), "lost: rank 1 on node2 (pid ", "no sign of life");
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (CLUSTER.processes().stream().anyMatch(line -> line.endsWith(" java"))) {
      assertTrue(System.nanoTime() < deadline, CLUSTER.processes().toString());
      Thread.sleep(100);
    }
  }
}
