package dev.sheaf.transport.mpj;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.cli.HostsMain;
import dev.sheaf.testing.Cluster;
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

/// Three hosts, started by hostfile: two ranks on the first, one on each of the others.
class MpjHostsTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @RegisterExtension static final Cluster CLUSTER = Cluster.hosts();

  @BeforeAll
  static void need() {
    Mpj.need();
  }

  private static Run start(Class<?> main, String... args) {
    String hosts = CLUSTER.write("hostfile", "node1 slots=2", "node2", "node3").toString();
    List<String> words = new ArrayList<>(List.of("4", hosts));
    words.addAll(CLUSTER.java(main, args));
    return CLUSTER.start(
        "node1", Map.of(), CLUSTER.java(Launcher.class, words.toArray(String[]::new)));
  }

  @Test
  void contractAndWorkloads() {
    Ended ended = start(HostsMain.class, "--turn", "2").await(LIMIT);
    HostsTest.assertHosts(ended, "mpj");
    HostsTest.assertContractAndWorkloads(ended);
    CLUSTER.awaitQuiet(Duration.ofSeconds(30));
  }

  private static Run waiting() throws InterruptedException {
    Run run = start(Endings.class, "wait");
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (run.out().lines().count() < 4) {
      assertTrue(System.nanoTime() < deadline, run.out());
      Thread.sleep(50);
    }
    return run;
  }

  @Test
  void anException() {
    Ended ended = start(Endings.class, "exception").await(LIMIT);
    assertEquals(3, ended.status(), ended.toString());
    assertEquals(1, ended.err().split("sheaf: ", -1).length - 1, ended.toString());
    assertTrue(ended.err().contains("sheaf: rank 1 on node1 "), ended.toString());
    CLUSTER.awaitQuiet(Duration.ofSeconds(10));
  }

  @Test
  void aKilledRank() throws InterruptedException {
    Run run = waiting();
    assertEquals(0, CLUSTER.run("node3", "pkill", "-9", "-f", Endings.class.getName()).status());
    Ended ended = run.await(Duration.ofSeconds(20));
    assertEquals(3, ended.status(), ended.toString());
    assertTrue(ended.err().contains("sheaf: rank 3 on node3 "), ended.toString());
    CLUSTER.awaitQuiet(Duration.ofSeconds(10));
  }

  /// The watchdog's messages come through between hosts.
  @Test
  void aStall() {
    Ended ended = start(Troubles.class, "LOOP", "3", "3", "--stall-abort").await(LIMIT);
    assertEquals(3, ended.status(), ended.toString());
    assertTrue(ended.err().contains("absent: rank 3 on node3 "), ended.toString());
    CLUSTER.awaitQuiet(Duration.ofSeconds(20));
  }

  /// Noticed by `ssh` within 12 seconds, and by the rank there within 15.
  @Test
  void aHostCutOff() throws InterruptedException {
    Run run = waiting();
    CLUSTER.cut("node3");
    Ended ended = run.await(Duration.ofSeconds(40));
    assertEquals(3, ended.status(), ended.toString());
    assertTrue(ended.err().contains("sheaf: rank 3 on node3 "), ended.toString());
    CLUSTER.awaitQuiet(Duration.ofSeconds(40));
  }
}
