package dev.sheaf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.journal.RunFile;
import dev.sheaf.journal.RunPaths;
import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.Clusters;
import dev.sheaf.testing.MpiLauncher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `run/mpirun --relaunch` on three hosts, one of which loses its power: the run goes on without
/// it.
class DeadHostIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int JOBS = 24;

  @RegisterExtension static final Clusters HOSTS = Clusters.hosts();

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({"openmpi, OPEN_MPI", "mpich, MPICH"})
  void theRunGoesOnWithoutIt(String mpi, MpiLauncher launcher, Cluster hosts) throws Exception {
    launcher.need();
    Path hostfile = hosts.write("hosts", "node1", "node2", "node3");
    Path jobs = hosts.write("jobs", Collections.nCopies(JOBS, "sleep 0.3").toArray(String[]::new));
    Path out = hosts.shared().resolve("dead-host-" + mpi);
    String words =
        "run/mpirun --mpi %s --hostfile %s --relaunch 1 jobs %s --stall 5 --threads 1 --out %s"
            .formatted(mpi, hostfile, jobs, out);
    MpiLauncher.Run run = hosts.start("node1", Map.of(), List.of(words.split(" ")));
    awaitJournals(out, run);
    hosts.crash("node2");
    MpiLauncher.Ended ended = run.await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    assertTrue(
        ended.err().contains("run/mpirun: without node2, which does not answer\n"),
        ended.toString());
    RunFile record = RunFile.read(out);
    assertEquals(RunFile.State.DONE, record.state());
    assertEquals(2, record.attempt());
    assertEquals(List.of("node1", "node3"), record.hosts());
    assertEquals(JOBS, Files.readAllLines(out.resolve("status.tsv")).size());
  }

  private static void awaitJournals(Path out, MpiLauncher.Run run) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (RunPaths.list(out).size() < 3) {
      assertTrue(
          run.launcher().isAlive() && System.nanoTime() < deadline, "no journals: " + run.out());
      LockSupport.parkNanos(10_000_000);
    }
  }
}
