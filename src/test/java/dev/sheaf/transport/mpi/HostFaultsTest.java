package dev.sheaf.transport.mpi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.Clusters;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.transport.mpi.HostsTest.World;
import dev.sheaf.watch.Troubles;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Three hosts with one rank each, started by hostfile on `node1`. Whatever is lost on `node2`, the
/// job ends everywhere, and somebody says what was lost.
class HostFaultsTest {
  /// Seconds on a quiet machine. `mpirun` notices the silence of a host after 2 + 3 x 1 s, the
  /// watchdog that of a rank after 5 s, the rest is noticed at once.
  private static final Duration BOUND = Duration.ofSeconds(60);

  @RegisterExtension static final Clusters HOSTS = Clusters.hosts();

  private static MpiLauncher.Run start(Cluster hosts, MpiLauncher launcher, String ending) {
    return hosts.start(
        "node1", Map.of(), hosts.launch(launcher, new int[] {1, 1, 1}, Endings.class, ending));
  }

  /// Starts ranks that the watchdog watches.
  private static MpiLauncher.Run start(Cluster hosts, World world, int[] slots, String... trouble) {
    world.need();
    return hosts.start(
        "node1",
        Map.of("TEST_TRANSPORT", world.transport),
        hosts.launch(world.launcher, slots, Troubles.class, trouble));
  }

  /// Starts ranks that wait for ever, until all of them do.
  private static MpiLauncher.Run waiting(Cluster hosts, MpiLauncher launcher)
      throws InterruptedException {
    MpiLauncher.Run run = start(hosts, launcher, "wait");
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

  private static Ended assertEnds(Cluster hosts, MpiLauncher.Run run, String... told) {
    Ended ended = run.await(BOUND);
    assertTold(ended, told);
    hosts.awaitQuiet(BOUND);
    return ended;
  }

  private static void assertTold(Ended ended, String... told) {
    assertNotEquals(0, ended.status(), ended.toString());
    for (String part : told) {
      assertTrue((ended.out() + ended.err()).contains(part), part + " is not in: " + ended);
    }
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @EnumSource
  void aRankThrows(MpiLauncher launcher, Cluster hosts) {
    Ended ended =
        assertEnds(
            hosts, start(hosts, launcher, "exception"), "sheaf: rank 1 on node2 (pid ", "boom");
    assertEquals(3, ended.status(), ended.toString());
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @EnumSource
  void aRankExitsInAnItem(MpiLauncher launcher, Cluster hosts) {
    Ended ended =
        assertEnds(
            hosts,
            start(hosts, launcher, "item"),
            "sheaf: rank 1 on node2 (pid ",
            "the JVM exits before the program has returned");
    assertEquals(3, ended.status(), ended.toString());
  }

  /// The launcher tells the host. Open MPI's gives the other ranks a second: rank 2, on the same
  /// host, tells the rest. MPICH's kills them at once.
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({
    "OPEN_MPI, 'on node node2 exited on signal 9', 'sheaf: lost: rank 1 on node2 (pid '",
    "MPICH, RUNNING AT node2, EXIT CODE: 9"
  })
  void aRankIsKilled(World world, String host, String more, Cluster hosts) {
    MpiLauncher.Run run = start(hosts, world, new int[] {1, 2, 1}, "KILL", "1", "60");
    Ended ended = assertEnds(hosts, run, host, more);
    assertEquals(
        world == World.OPEN_MPI, ended.err().contains("in item 2 (input-2)"), ended.toString());
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aDaemonIsKilled(Cluster hosts) throws Exception {
    MpiLauncher.Run run = waiting(hosts, MpiLauncher.OPEN_MPI);
    hosts.run("node2", "pkill", "-9", "-x", "orted");
    assertEnds(hosts, run, "ORTE has lost communication with a remote daemon", "node2");
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @EnumSource
  void theLauncherIsKilled(MpiLauncher launcher, Cluster hosts) throws Exception {
    MpiLauncher.Run run = waiting(hosts, launcher);
    hosts.run("node1", "pkill", "-9", "-x", launcher.need().getFileName().toString());
    assertEnds(hosts, run);
  }

  /// By Open MPI's keepalive, as `run/mpirun` sets it; MPICH's launcher has none. The other ranks
  /// tell what the one there did. On the host itself a daemon that had just sent something waits
  /// for TCP, or for its network to come back.
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aHostIsCutOff(Cluster hosts) throws Exception {
    MpiLauncher.Run run = start(hosts, World.OPEN_MPI, new int[] {1, 1, 1}, "SLEEP", "1", "12");
    awaitPrinted(run, "trouble", 1);
    Thread.sleep(3_000); // three times what the watchdog's news take
    hosts.cut("node2");
    assertTold(
        run.await(BOUND),
        "ORTE has lost communication with a remote daemon",
        "lost: rank 1 on node2 (pid ",
        "in item 2 (input-2) for ");
    hosts.awaitQuiet(BOUND, "node2");
    hosts.heal("node2");
    hosts.awaitQuiet(BOUND);
  }

  /// What rank 1 does its neighbour rank 2 can tell.
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @EnumSource
  void aRankIsStopped(World world, Cluster hosts) {
    Ended ended =
        assertEnds(
            hosts,
            start(hosts, world, new int[] {1, 2, 1}, "STOP", "1", "5"),
            "lost: rank 1 on node2 (pid ",
            "in item 2 (input-2) for ",
            "no sign of life");
    assertEquals(3, ended.status(), ended.toString());
  }

  /// MPICH's launcher does not notice, but the rank that it had started does.
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aProxyIsKilled(Cluster hosts) throws Exception {
    MpiLauncher.Run run = start(hosts, World.MPICH, new int[] {1, 1, 1}, "SLEEP", "1", "5");
    awaitPrinted(run, "trouble", 1);
    hosts.run("node2", "pkill", "-9", "-x", "hydra_pmi_proxy");
    assertEnds(
        hosts,
        run,
        "sheaf: rank 0 on node1 (pid ",
        "the launcher's process that started it is gone: rank 1 on node2 (pid ",
        "in item 2 (input-2) for ");
  }

  /// MPICH's launcher does not notice, but the watchdog ends the ranks, on the host itself too.
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aHostIsCutOffUnderMpich(Cluster hosts) throws Exception {
    MpiLauncher.Run run = start(hosts, World.MPICH, new int[] {1, 1, 1}, "MEET", "1", "5");
    awaitPrinted(run, "trouble", 3);
    hosts.cut("node2");
    assertTold(run.await(BOUND), "lost: rank 1 on node2 (pid ", "no sign of life");
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (hosts.processes().stream().anyMatch(line -> line.endsWith(" java"))) {
      assertTrue(System.nanoTime() < deadline, hosts.processes().toString());
      Thread.sleep(100);
    }
  }
}
