package dev.sheaf.transport.mpj;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.cli.HostsMain;
import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.Clusters;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.testing.MpiLauncher.Run;
import dev.sheaf.testing.Mpj;
import dev.sheaf.transport.mpi.Endings;
import dev.sheaf.transport.mpi.HostsTest;
import dev.sheaf.watch.Troubles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Three hosts, started by hostfile: two ranks on the first, one on each of the others.
class MpjHostsTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @RegisterExtension static final Clusters HOSTS = Clusters.hosts();

  @BeforeAll
  static void need() {
    Mpj.need();
  }

  private static Run start(Cluster hosts, Class<?> main, String... args) {
    String hostfile = hosts.write("hostfile", "node1 slots=2", "node2", "node3").toString();
    List<String> words = new ArrayList<>(List.of("4", hostfile));
    words.addAll(hosts.java(main, args));
    return hosts.start("node1", Map.of(), hosts.java(Launcher.class, words.toArray(String[]::new)));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void contractAndWorkloads(Cluster hosts) {
    Ended ended = start(hosts, HostsMain.class, "--turn", "2").await(LIMIT);
    HostsTest.assertHosts(ended, "mpj");
    HostsTest.assertContractAndWorkloads(ended);
    hosts.awaitQuiet(Duration.ofSeconds(30));
  }

  private static Run waiting(Cluster hosts) throws InterruptedException {
    Run run = start(hosts, Endings.class, "wait");
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (run.out().lines().count() < 4) {
      assertTrue(System.nanoTime() < deadline, run.out());
      Thread.sleep(50);
    }
    return run;
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void anException(Cluster hosts) {
    Ended ended = start(hosts, Endings.class, "exception").await(LIMIT);
    assertEquals(3, ended.status(), ended.toString());
    assertEquals(1, ended.err().split("sheaf: ", -1).length - 1, ended.toString());
    assertTrue(ended.err().contains("sheaf: rank 1 on node1 "), ended.toString());
    hosts.awaitQuiet(Duration.ofSeconds(10));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aKilledRank(Cluster hosts) throws InterruptedException {
    Run run = waiting(hosts);
    assertEquals(0, hosts.run("node3", "pkill", "-9", "-f", Endings.class.getName()).status());
    Ended ended = run.await(Duration.ofSeconds(20));
    assertEquals(3, ended.status(), ended.toString());
    assertTrue(ended.err().contains("sheaf: rank 3 on node3 "), ended.toString());
    hosts.awaitQuiet(Duration.ofSeconds(10));
  }

  /// The watchdog's messages come through between hosts.
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aStall(Cluster hosts) {
    Ended ended = start(hosts, Troubles.class, "LOOP", "3", "3", "--stall-abort").await(LIMIT);
    assertEquals(3, ended.status(), ended.toString());
    assertTrue(ended.err().contains("absent: rank 3 on node3 "), ended.toString());
    hosts.awaitQuiet(Duration.ofSeconds(20));
  }

  /// Noticed by `ssh` within 12 seconds, and by the rank there within 15.
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aHostCutOff(Cluster hosts) throws InterruptedException {
    Run run = waiting(hosts);
    hosts.cut("node3");
    Ended ended = run.await(Duration.ofSeconds(40));
    assertEquals(3, ended.status(), ended.toString());
    assertTrue(ended.err().contains("sheaf: rank 3 on node3 "), ended.toString());
    hosts.awaitQuiet(Duration.ofSeconds(40));
  }
}
