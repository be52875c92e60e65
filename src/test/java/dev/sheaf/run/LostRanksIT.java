package dev.sheaf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.Clusters;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Three hosts with one rank each, that of `node2` is lost, and the launcher ends the others before
/// they could tell: `run/mpirun` and batch scripts tell what it had in hand.
class LostRanksIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @RegisterExtension static final Clusters HOSTS = Clusters.slurm();

  @BeforeAll
  static void need() {
    MpiLauncher.OPEN_MPI.need();
    MpiLauncher.MPICH.need();
  }

  /// How the rank is lost.
  enum Fault {
    KILL {
      @Override
      void on(Cluster hosts) {
        hosts.run("node2", "pkill", "-9", "-x", "java");
      }
    },
    DAEMON {
      @Override
      void on(Cluster hosts) {
        hosts.run("node2", "pkill", "-9", "-x", "orted");
      }
    },
    CUT {
      @Override
      void on(Cluster hosts) {
        hosts.cut("node2");
      }
    };

    abstract void on(Cluster hosts);
  }

  /// The words of a run with an item for each rank that does not end.
  private static String jobs(Cluster hosts, Path out) {
    String job = "echo $SHEAF_JOB_ID > " + out + "-begun-$SHEAF_RANK; sleep 1000";
    Path jobs = hosts.write("jobs", Collections.nCopies(3, job).toArray(String[]::new));
    return "jobs " + jobs + " --threads 1 --out " + out;
  }

  private static Path begun(Path out, int rank) {
    return Path.of(out + "-begun-" + rank);
  }

  private static void awaitJobs(Path out) throws Exception {
    for (int rank = 0; rank < 3; rank++) {
      Path begun = begun(out, rank);
      await(() -> Files.exists(begun) && Files.size(begun) > 0);
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.call()) {
      assertTrue(System.nanoTime() < deadline, "no start, or no end");
      Thread.sleep(50);
    }
  }

  private static void assertTold(String text, Path out) throws IOException {
    // The rank of a host that is cut off may be ended there, and note it in a directory that the
    // hosts of this test share all the same.
    Pattern line =
        Pattern.compile(
            "sheaf: rank 1 on node2 \\(pid \\d+\\) (has not come to its end|was ended by a signal),"
                + " with item %s in hand\n".formatted(Files.readString(begun(out, 1)).strip()));
    assertEquals(1, line.matcher(text).results().count(), text);
    assertTrue(text.contains("; to go on: sheaf resume " + out + "\n"), text);
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({"openmpi, KILL", "openmpi, DAEMON", "openmpi, CUT", "mpich, KILL"})
  void ofAHostfile(String mpi, Fault fault, Cluster hosts) throws Exception {
    Path hostfile = hosts.write("hosts", "node1", "node2", "node3");
    Path out = hosts.shared().resolve("hostfile-" + mpi + fault);
    String words = "run/mpirun --mpi %s --hostfile %s ".formatted(mpi, hostfile) + jobs(hosts, out);
    MpiLauncher.Run run = hosts.start("node1", Map.of(), List.of(words.split(" ")));
    awaitJobs(out);
    fault.on(hosts);
    Ended ended = run.await(LIMIT);
    assertNotEquals(0, ended.status(), ended.toString());
    assertTold(ended.err(), out);
  }

  /// Whose `mpirun` is the first on the path.
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({"OPEN_MPI, CUT", "MPICH, KILL"})
  void ofABatchJob(MpiLauncher launcher, Fault fault, Cluster hosts) throws Exception {
    Path out = hosts.shared().resolve("batch-" + launcher);
    Path log = Path.of(out + ".log");
    Path path = Files.createTempDirectory(hosts.shared(), "path");
    Path mpirun = path.resolve("mpirun"); // Hydra looks for its proxy where it is itself
    Files.writeString(mpirun, "#!/bin/sh\nexec %s \"$@\"\n".formatted(launcher.need()));
    assertTrue(mpirun.toFile().setExecutable(true));
    String words =
        "env PATH=%s:/usr/bin:/bin run/sheaf submit --submit --mpi=mpirun --nodes=3 --ntasks-per-node=1 --output=%s -- "
                .formatted(path, log)
            + jobs(hosts, out);
    Shell submitted = hosts.run("head", words.split(" "));
    assertEquals(0, submitted.status(), submitted.toString());
    awaitJobs(out);
    fault.on(hosts);
    hosts.awaitJob(submitted.out().strip(), LIMIT);
    assertTold(Files.readString(log), out);
  }
}
