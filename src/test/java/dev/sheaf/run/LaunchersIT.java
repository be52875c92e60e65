package dev.sheaf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.Needs;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The packed jar on three hosts under SLURM: by `sheaf submit`, and by `run/mpirun` and a
/// hostfile.
class LaunchersIT {
  @RegisterExtension static final Cluster CLUSTER = Cluster.slurm();

  @BeforeAll
  static void need() {
    Needs.command("mpirun.openmpi", "openmpi-bin");
    Needs.command("mpiexec.hydra", "mpich");
  }

  private static void assertHello(String out, String library, String... hosts) {
    List<String> lines = out.lines().filter(line -> line.startsWith("rank ")).toList();
    assertEquals(hosts.length, lines.size(), out);
    for (int rank = 0; rank < hosts.length; rank++) {
      String line = lines.get(rank);
      assertTrue(
          line.startsWith("rank %d of %d on %s, ".formatted(rank, hosts.length, hosts[rank])),
          line);
      assertTrue(line.contains(", mpi (" + library), line);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "pmix, Open MPI",
    "pmi2, MPICH",
    "mpirun, Open MPI",
  })
  void submit(String mpi, String library) throws Exception {
    Path out = CLUSTER.shared().resolve(mpi);
    Shell submitted =
        CLUSTER.run(
            "head",
            "run/sheaf",
            "submit",
            "--submit",
            "--mpi=" + mpi,
            "--nodes=3",
            "--ntasks-per-node=1",
            "--output=" + out,
            "--",
            "hello");
    assertEquals(0, submitted.status(), submitted.toString());
    List<String> states = CLUSTER.awaitJob(submitted.out().strip(), Duration.ofMinutes(2));
    assertEquals(List.of("COMPLETED"), states, Files.readString(out));
    assertHello(Files.readString(out), library, "node1", "node2", "node3");
  }

  @ParameterizedTest
  @CsvSource({
    "openmpi, Open MPI",
    "mpich, MPICH",
  })
  void hostfile(String mpi, String library) throws IOException {
    Path hosts = CLUSTER.shared().resolve("hosts");
    Files.writeString(hosts, "node1 slots=2\nnode2\nnode3:1\n");
    String[] words = {"run/mpirun", "--mpi", mpi, "--hostfile", hosts.toString(), "hello"};
    Shell run = CLUSTER.run("node1", words);
    assertEquals(0, run.status(), run.toString());
    assertHello(run.out(), library, "node1", "node1", "node2", "node3");
    Files.writeString(hosts, "node4\n", java.nio.file.StandardOpenOption.APPEND);
    Shell unknown = CLUSTER.run("node1", words);
    assertEquals(2, unknown.status(), unknown.toString());
    assertTrue(unknown.err().contains(" line 4: unknown host 'node4'; "), unknown.toString());
  }

  /// Each host has a `/tmp` of its own.
  @Test
  void otherFilesOnEachHost() throws IOException {
    for (String seed : List.of("1", "2", "3")) {
      String sample = "run/sheaf sample images /tmp/in -n 2 --ranks 1 --seed " + seed;
      Shell sampled = CLUSTER.run("node" + seed, sample.split(" "));
      assertEquals(0, sampled.status(), sampled.toString());
    }
    Path hosts = CLUSTER.write("hosts", "node1", "node2", "node3");
    Path out = CLUSTER.shared().resolve("other-files");
    String words =
        "run/mpirun --mpi openmpi --hostfile %s load /tmp/in --out %s".formatted(hosts, out);
    Shell run = CLUSTER.run("node1", words.split(" "));
    assertEquals(2, run.status(), run.toString());
    assertEquals(
        List.of(
            "sheaf load: /tmp/in/0.jpg: not the file that rank 0 has; give files in a directory"
                + " that all hosts share (rank 1 on node2)"),
        run.err().lines().filter(line -> line.startsWith("sheaf ")).toList());
  }

  @Test
  void srunWithoutMpi() {
    Shell run = CLUSTER.run("head", "srun", "--mpi=none", "-N", "3", "run/sheaf", "hello");
    assertEquals(2, run.status(), run.toString());
    assertEquals("", run.out());
    assertEquals(
        List.of(
            "sheaf: 3 processes were started, but each is alone in its MPI world: start them with"
                + " srun --mpi=pmix (Open MPI) or --mpi=pmi2 (MPICH)"),
        run.err().lines().filter(line -> line.startsWith("sheaf: ")).toList());
  }
}
