package dev.sheaf.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.Clusters;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs of the packed jar that end early, or lose ranks, and go on, on three hosts under SLURM. The
/// array has the bytes of one that was made at once.
class SlurmRunsIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int IMAGES = 40;

  /// All hosts see it.
  private static final Path ONCE = Path.of("target/slurm-runs").toAbsolutePath();

  @RegisterExtension static final Clusters HOSTS = Clusters.slurm();

  private static byte[] expected;

  @BeforeAll
  static void atOnce() throws IOException {
    MpiLauncher.OPEN_MPI.need();
    MpiLauncher.MPICH.need();
    String out = ONCE.toString();
    sheaf("noise", "-n", IMAGES + "", "--size", "8x8", "--ranks", "1", "--restart", "--out", out);
    sheaf("load", images(), "--ranks", "1", "--restart", "--out", out);
    expected = Files.readAllBytes(ONCE.resolve("images.npy"));
  }

  private static String images() {
    return ONCE.resolve("noise").toString();
  }

  private static void sheaf(String... words) {
    List<String> command = new ArrayList<>(List.of("run/sheaf"));
    command.addAll(List.of(words));
    Shell run = Shell.run(Map.of(), command.toArray(String[]::new));
    assertEquals(0, run.status(), run.toString());
  }

  /// The directory of a run.
  private static Path out(Cluster hosts) throws IOException {
    return Files.createTempDirectory(hosts.shared(), "run").resolve("out");
  }

  /// Waits until a run is at its items.
  private static void awaitWork(Path out) throws Exception {
    Path journal = out.resolve("journal/0001-00000.journal");
    await(() -> Files.exists(journal) && Files.size(journal) > 400, () -> "no item done: " + out);
  }

  private static void await(Callable<Boolean> condition, Supplier<String> what) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.call()) {
      assertTrue(System.nanoTime() < deadline, what);
      Thread.sleep(200);
    }
  }

  private static void assertWhole(Path out) throws IOException {
    assertArrayEquals(expected, Files.readAllBytes(out.resolve("images.npy")));
  }

  /// A batch job; what it prints goes to a file beside the run's directory.
  private record Job(Cluster hosts, Path out, String id) {
    /// Submits jobs that load the images, so many milliseconds each, on one thread a rank.
    static List<Job> submit(Cluster hosts, int delay, String... options) throws IOException {
      Path out = SlurmRunsIT.out(hosts);
      List<String> words = new ArrayList<>(List.of("run/sheaf", "submit", "--submit"));
      words.add("--output=" + out + ".%j");
      words.addAll(List.of(options));
      words.addAll(List.of("--", "load", images(), "--out", out.toString()));
      words.addAll(List.of("--threads", "1", "--schedule", "dynamic", "--delay", delay + ""));
      Shell submitted = hosts.run("head", words.toArray(String[]::new));
      assertEquals(0, submitted.status(), submitted.toString());
      return submitted.out().lines().map(id -> new Job(hosts, out, id)).toList();
    }

    void awaitState(String state) throws Exception {
      await(() -> has("JobState=" + state), () -> state + "? " + told());
    }

    /// Whether SLURM tells this of it.
    boolean has(String field) {
      return shown().contains(" " + field + " ");
    }

    String shown() {
      return hosts.run("head", "scontrol", "--oneliner", "show", "job", id).out();
    }

    String printed() {
      Path file = Path.of(out + "." + id);
      try {
        return Files.exists(file) ? Files.readString(file) : "";
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    String told() {
      return shown() + printed();
    }

    void assertEndedEarly(String why) throws Exception {
      awaitState("FAILED");
      assertTrue(has("ExitCode=75:0"), this::told);
      assertTrue(printed().contains(": ended early (" + why + "): "), this::told);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aCancelledJobIsNotQueuedAgain(Cluster hosts) throws Exception {
    Job job = Job.submit(hosts, 500, "--nodes=2", "--ntasks-per-node=1", "--requeue=1").getFirst();
    awaitWork(job.out);
    assertEquals(0, hosts.run("head", "scancel", job.id).status());
    job.awaitState("CANCELLED");
    hosts.awaitQuiet(LIMIT);
    assertTrue(job.has("JobState=CANCELLED"), job::told);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aPreemptedJobGoesOnLater(Cluster hosts) throws Exception {
    Job job = Job.submit(hosts, 500, "--nodes=2", "--ntasks-per-node=1", "--requeue=1").getFirst();
    awaitWork(job.out);
    Shell urgent =
        hosts.run(
            "head",
            "sbatch",
            "--parsable",
            "--partition=urgent",
            "--nodes=3",
            "--exclusive",
            "--output=/dev/null",
            "--wrap=true");
    new Job(hosts, job.out, urgent.out().strip()).awaitState("COMPLETED");
    job.awaitState("PENDING");
    hosts.awaitQuiet(LIMIT); // a step of the same number can't be launched beside it
    hosts.run("head", "scontrol", "update", "jobid=" + job.id, "StartTime=now"); // not in 2 minutes
    job.awaitState("COMPLETED");
    assertTrue(job.has("Restarts=1"), job::told);
    assertTrue(job.printed().contains(": ended early (SIGTERM): "), job::told);
    assertTrue(job.printed().contains("resumed: "), job::told);
    assertWhole(job.out);
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @ValueSource(strings = {"pmix", "pmi2"})
  void aWarningEndsIt(String mpi, Cluster hosts) throws Exception {
    Job job = Job.submit(hosts, 500, "--nodes=2", "--ntasks-per-node=1", "--mpi=" + mpi).getFirst();
    awaitWork(job.out);
    assertEquals(0, hosts.run("head", "scancel", "--signal=USR1", job.id).status());
    job.assertEndedEarly("SIGUSR1");
    sheaf("resume", job.out.toString(), "--ranks", "2");
    assertWhole(job.out);
  }

  /// The limit is a minute: an item of 25 s is done, a second one would not be.
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void itsTimeIsUp(Cluster hosts) throws Exception {
    Job job = Job.submit(hosts, 25_000, "--nodes=2", "--ntasks-per-node=1", "--time=1").getFirst();
    job.assertEndedEarly("its time is up");
    assertTrue(job.printed().contains(": 2 of " + IMAGES + " items done"), job::told);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void tasksOfAnArrayAndAJobThatGathers(Cluster hosts) throws Exception {
    List<Job> jobs = Job.submit(hosts, 200, "--array=3%2", "--nodes=1", "--ntasks=1");
    assertEquals(2, jobs.size());
    Job last = jobs.getLast();
    last.awaitState("COMPLETED");
    assertWhole(last.out);
    String tasks = jobs.getFirst().shown();
    assertEquals(4, tasks.split("JobState=COMPLETED ", -1).length, tasks);
    assertTrue(last.printed().contains("resumed: " + IMAGES + " of " + IMAGES), last::told);
  }

  /// PMIx's socket of an earlier step of that number is still there; `srun` itself ends with 0.
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aStepThatCantBeLaunched(Cluster hosts) throws Exception {
    Path out = out(hosts);
    List<String> words = new ArrayList<>(List.of("run/sheaf", "submit", "--relaunch=1"));
    words.addAll(List.of("--nodes=2", "--ntasks-per-node=1", "--output=" + out + ".%j"));
    words.addAll(List.of("--", "load", images(), "--out", out.toString()));
    Shell script = hosts.run("head", words.toArray(String[]::new));
    Path file = hosts.write("launch.sbatch", script.out());
    Shell submitted = hosts.run("head", "sbatch", "--parsable", "--hold", file.toString());
    Job job = new Job(hosts, out, submitted.out().strip());
    for (String node : List.of("node1", "node2", "node3")) {
      hosts.run(node, "touch", "/run/slurmd/stepd.slurm.pmix.%s.0".formatted(job.id));
    }
    hosts.run("head", "scontrol", "release", job.id);
    job.awaitState("COMPLETED");
    assertTrue(job.printed().contains("exit status 0, but 255: no run has begun in "), job::told);
    assertWhole(out);
  }

  private static MpiLauncher.Run mpirun(Cluster hosts, String mpi, Path out) {
    List<String> words = new ArrayList<>(List.of("run/mpirun", "--mpi", mpi, "-n", "2"));
    words.addAll(List.of("--relaunch", "1", "load", images(), "--out", out.toString()));
    words.addAll(List.of("--threads", "1", "--delay", "300"));
    return hosts.start("node1", Map.of(), words);
  }

  /// By `kill -9` of one rank.
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @ValueSource(strings = {"openmpi", "mpich"})
  void lostRanksAreStartedAgain(String mpi, Cluster hosts) throws Exception {
    Path out = out(hosts);
    MpiLauncher.Run run = mpirun(hosts, mpi, out);
    awaitWork(out);
    assertEquals(0, hosts.run("node1", "pkill", "-9", "--newest", "-x", "java").status());
    MpiLauncher.Ended ended = run.await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    assertTrue(ended.err().contains("ranks were lost (exit status "), ended.toString());
    assertTrue(ended.err().contains("resumed: "), ended.toString());
    assertWhole(out);
  }

  /// Of MPICH's Hydra itself it mostly is 0.
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @ValueSource(strings = {"openmpi", "mpich"})
  void theStatusOfARunThatASignalEndsIs75(String mpi, Cluster hosts) throws Exception {
    Path out = out(hosts);
    MpiLauncher.Run run = mpirun(hosts, mpi, out);
    awaitWork(out);
    assertEquals(0, hosts.run("node1", "pkill", "-USR1", "-f", "run/relaunch").status());
    MpiLauncher.Ended ended = run.await(LIMIT);
    assertEquals(75, ended.status(), ended.toString());
    assertTrue(ended.err().contains(": ended early (SIGUSR1): "), ended.toString());
  }
}
