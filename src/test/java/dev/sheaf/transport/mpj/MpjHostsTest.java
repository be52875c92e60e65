package dev.sheaf.transport.mpj;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.cli.SameBytesMain;
import dev.sheaf.comm.ContractMain;
import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.testing.MpiLauncher.Run;
import dev.sheaf.testing.Mpj;
import dev.sheaf.transport.mpi.Endings;
import dev.sheaf.transport.mpi.HostsMain;
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

  private static Ended run(Class<?> main, String... args) {
    Ended ended = start(main, args).await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    CLUSTER.awaitQuiet(Duration.ofSeconds(30));
    return ended;
  }

  @Test
  void contract() {
    Ended ended = run(ContractMain.class);
    assertTrue(ended.out().startsWith("4 ranks, mpj ("), ended.toString());
    assertTrue(ended.out().contains(" passed, 0 failed"), ended.toString());
  }

  @Test
  void sameBytes() {
    Ended ended = run(SameBytesMain.class, "turn=2", "once");
    assertEquals("1 passed, 0 failed\n", ended.out(), ended.toString());
  }

  /// Ranks of a node, and only they, share memory; a counter serves all of them.
  @Test
  void sharing() {
    Ended ended = run(HostsMain.class, "--transport", "mpj");
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
