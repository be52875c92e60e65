package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.Clusters;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// `sheaf doctor` on three hosts.
class DoctorHostsTest {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @RegisterExtension static final Clusters HOSTS = Clusters.hosts();

  private static void assertLine(String pattern, Ended ended) {
    assertTrue(ended.out().lines().anyMatch(line -> line.matches(pattern)), pattern + "\n" + ended);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void hostsAndLinks(Cluster hosts) {
    Path hostfile = hosts.write("hostfile", "node1 slots=2", "node2 slots=1", "node3 slots=1");
    List<String> words = new ArrayList<>(List.of(MpiLauncher.OPEN_MPI.need().toString()));
    words.addAll(List.of("--allow-run-as-root", "--bind-to", "none"));
    words.addAll(List.of("--mca", "mpi_yield_when_idle", "1"));
    words.addAll(List.of("--hostfile", hostfile.toString(), "-n", "4"));
    words.addAll(hosts.java(Main.class, "doctor", "--out", "/dev/shm")); // each has its own
    Ended ended = hosts.start("node1", Map.of(), words).await(LIMIT);
    assertEquals(1, ended.status(), ended.toString());
    hosts.awaitQuiet(Duration.ofSeconds(30));
    assertLine("ok +job: 4 ranks on 3 hosts: node1, node2, node3", ended);
    assertLine("ok +jdk: .*", ended);
    assertLine("\\w+ +cores \\(node1\\): .* 2 ranks.*", ended);
    assertLine("\\w+ +cores \\(node2, node3\\): .* 1 rank.*", ended);
    assertLine("ok +clocks: within .* of that of node1", ended);
    String none = " sees nothing of what rank 0 writes";
    assertLine(
        "failure +output: /dev/shm is not shared by all ranks: node2"
            + none
            + ", node3"
            + none
            + ";.*",
        ended);
    assertLine("from +to +8 B \\[us\\] +4 MiB \\[MB/s\\]", ended);
    assertLine("node1 +node2 +[\\d.]+ +\\d+", ended);
    assertLine("node1 +node3 +[\\d.]+ +\\d+", ended);
    assertLine("node2 +node3 +[\\d.]+ +\\d+", ended);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aHostfile(Cluster hosts) {
    Path hostfile = hosts.write("hosts", "node1", "node2 slots=999", "node3");
    hosts.cut("node3");
    List<String> words =
        hosts.java(Main.class, "doctor", "--hostfile", hostfile.toString(), "--out", "/tmp");
    // Hosts only: without MPI.
    Ended ended = hosts.start("node1", Map.of("SHEAF_MPI_LIB", "libnone.so"), words).await(LIMIT);
    assertEquals(1, ended.status(), ended.toString());
    assertLine("ok +host node1: .* \\(this host\\), \\d+ cores, /.*", ended);
    assertLine("warning host node2: .*, but 999 slots;.*", ended);
    assertLine("failure host node3: .*: ssh fails: status 255: .*", ended);
  }
}
