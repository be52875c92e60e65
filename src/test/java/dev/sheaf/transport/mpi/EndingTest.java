package dev.sheaf.transport.mpi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.InputException;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.testing.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// However a rank ends, the job ends: at once, with one message and the right status.
class EndingTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static Ended run(MpiLauncher launcher, String... ending) {
    return run(launcher, Map.of(), ending);
  }

  private static Ended run(
      MpiLauncher launcher, Map<String, String> environment, String... ending) {
    return launcher.start(2, environment, MpiLauncher.java(Endings.class, ending)).await(LIMIT);
  }

  private static void assertOneMessage(Ended ended, int status, String... parts) {
    assertEquals(status, ended.status(), ended.toString());
    assertEquals(1, ended.err().split("sheaf: ", -1).length - 1, ended.toString());
    for (String part : parts) {
      assertTrue(ended.err().contains(part), part + " is not in: " + ended);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anException(MpiLauncher launcher) {
    Ended ended = run(launcher, "exception");
    assertOneMessage(ended, 3, "sheaf: rank 1 on ", "IllegalStateException: boom", "Endings.java");
  }

  /// Closing what ranks share must not wait for ranks that wait.
  @ParameterizedTest
  @EnumSource
  void anExceptionWithinTryWithResources(MpiLauncher launcher) {
    assertOneMessage(run(launcher, "resource"), 3, "IllegalStateException: boom");
  }

  @ParameterizedTest
  @EnumSource
  void anInputError(MpiLauncher launcher) {
    Ended ended = run(launcher, "input");
    assertOneMessage(ended, 2, "): x.txt: empty; give another\n");
    assertFalse(ended.err().contains("\tat "), ended.toString());
  }

  @ParameterizedTest
  @EnumSource
  void anExceptionOnAnotherThread(MpiLauncher launcher) {
    assertOneMessage(run(launcher, "thread"), 3, "IllegalStateException: boom");
  }

  /// MPICH alone would call this success.
  @ParameterizedTest
  @EnumSource
  void anExitBeforeTheEnd(MpiLauncher launcher) {
    assertOneMessage(run(launcher, "exit"), 3, "the JVM exits before the program has returned");
  }

  @ParameterizedTest
  @EnumSource
  void anAbort(MpiLauncher launcher) {
    assertOneMessage(run(launcher, "abort"), 5, "sheaf: rank 1 on ", "): enough\n");
  }

  /// MPI's own text: "MPI_ERR_TRUNCATE: message truncated", "Message truncated; 16 bytes received
  /// but buffer size is 8".
  @ParameterizedTest
  @EnumSource
  void anErrorOfMpi(MpiLauncher launcher) {
    Ended ended = run(launcher, "truncation");
    assertOneMessage(ended, 3, "MPI_Recv", " failed on rank 1 of 2 (", "essage truncated");
    long lines = ended.err().lines().filter(line -> !line.startsWith("Abort(3) on node 1")).count();
    assertEquals(1, lines, ended.toString());
  }

  @ParameterizedTest
  @EnumSource
  void aStatus(MpiLauncher launcher) {
    Ended ended = run(launcher, "status");
    assertEquals(1, ended.status(), ended.toString());
    assertFalse(ended.err().contains("sheaf: "), ended.toString());
  }

  /// Waits until all ranks have told their process.
  private static List<ProcessHandle> ranks(MpiLauncher.Run run, int count) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (run.out().lines().count() < count) {
      assertTrue(System.nanoTime() < deadline, run.out());
      Thread.onSpinWait();
    }
    return run.out()
        .lines()
        .sorted()
        .map(line ->
            ProcessHandle.of(Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .orElseThrow())
        .toList();
  }

  /// The launcher notices at once: it takes Open MPI some 1.5 s to end the others and itself.
  @ParameterizedTest
  @EnumSource
  void aKill(MpiLauncher launcher) throws Exception {
    MpiLauncher.Run run = launcher.start(3, Map.of(), MpiLauncher.java(Endings.class, "wait"));
    List<ProcessHandle> ranks = ranks(run, 3);
    ranks.get(1).destroyForcibly(); // kill -9
    Ended ended = gone(run, ranks);
    assertNotEquals(0, ended.status(), ended.toString());
  }

  /// What Ctrl-C and a batch system's time limit send. After a signal Hydra takes all statuses for
  /// 0 that it has not looked at when the last standard stream ends; so each rank has a companion,
  /// in a session of its own, that writes until its rank's status was looked at.
  @ParameterizedTest
  @CsvSource({"OPEN_MPI, INT", "OPEN_MPI, TERM", "MPICH, INT", "MPICH, TERM"})
  void aSignalToTheLauncher(MpiLauncher launcher, String signal) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "setsid sh -c 'while kill -0 '$$'; do echo; sleep 0.05; done' >&2 & exec \"$@\"",
                "sh"));
    command.addAll(MpiLauncher.java(Endings.class, "wait"));
    MpiLauncher.Run run = launcher.start(3, Map.of(), command);
    List<ProcessHandle> ranks = ranks(run, 3);
    new ProcessBuilder("sh", "-c", "kill -" + signal + " " + run.launcher().pid())
        .start()
        .waitFor();
    Ended ended = gone(run, ranks);
    assertNotEquals(0, ended.status(), ended.toString());
  }

  /// Waits until launcher and ranks have ended.
  private static Ended gone(MpiLauncher.Run run, List<ProcessHandle> ranks) throws Exception {
    Ended ended = run.await(Duration.ofSeconds(15));
    for (ProcessHandle rank : ranks) {
      CompletableFuture<ProcessHandle> exit = rank.onExit();
      exit.get(15, TimeUnit.SECONDS);
    }
    return ended;
  }

  /// The launcher of one MPI with the library of another starts ranks that don't know each other.
  @ParameterizedTest
  @EnumSource
  void theWrongLauncher(MpiLauncher launcher) {
    MpiLauncher other = launcher == MpiLauncher.OPEN_MPI ? MpiLauncher.MPICH : MpiLauncher.OPEN_MPI;
    other.need();
    Ended ended = run(launcher, Map.of("SHEAF_MPI_LIB", other.library()), "status");
    assertNotEquals(0, ended.status(), ended.toString());
    assertTrue(
        ended.err().contains("2 processes were started, but each is alone in its MPI world"),
        ended.toString());
    assertTrue(ended.err().contains("SHEAF_MPI_LIB=" + launcher.library()), ended.toString());
  }

  /// `srun` without `--mpi` sets these variables and no more: MPICH starts as a world of one, Open
  /// MPI ends the process.
  @ParameterizedTest
  @EnumSource
  void srunWithoutMpi(MpiLauncher launcher) {
    launcher.need();
    Map<String, String> step =
        Map.of("SLURM_STEP_NUM_TASKS", "2", "SHEAF_MPI_LIB", launcher.library());
    String[] command = MpiLauncher.java(Endings.class, "status").toArray(String[]::new);
    Shell first = Shell.run(with(step, "SLURM_PROCID", "0"), command);
    assertEquals(2, first.status(), first.toString());
    assertTrue(
        first
            .err()
            .startsWith(
                "2 processes were started, but each is alone in its MPI world: start them with srun"
                    + " --mpi=pmix (Open MPI) or --mpi=pmi2 (MPICH)"),
        first.toString());
    Shell second = Shell.run(with(step, "SLURM_PROCID", "1"), command);
    assertEquals(0, second.status(), second.toString());
    assertEquals("", second.err());
  }

  /// `srun --mpi=pmi2` where only Open MPI is installed. It would end each process.
  @Test
  void srunWithPmi2AndOpenMpi() {
    MpiLauncher.OPEN_MPI.need();
    Map<String, String> step =
        Map.of(
            "SLURM_STEP_NUM_TASKS",
            "2",
            "PMI_SIZE",
            "2",
            "SHEAF_MPI_LIB",
            MpiLauncher.OPEN_MPI.library());
    String[] command = MpiLauncher.java(Endings.class, "status").toArray(String[]::new);
    Shell first = Shell.run(with(step, "PMI_RANK", "0"), command);
    assertEquals(2, first.status(), first.toString());
    assertEquals(
        "2 processes were started, but each is alone in its MPI world: this Open MPI speaks no"
            + " PMI-2: start them with srun --mpi=pmix, or install MPICH\n",
        first.err());
    Shell second = Shell.run(with(step, "PMI_RANK", "1"), command);
    assertEquals(0, second.status(), second.toString());
    assertEquals("", second.err());
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> all = new HashMap<>(map);
    all.put(key, value);
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void noLibrary(MpiLauncher launcher) {
    Ended ended = run(launcher, Map.of("SHEAF_MPI_LIB", "libnone.so"), "status");
    assertNotEquals(0, ended.status(), ended.toString());
    assertTrue(
        ended.err().contains("SHEAF_MPI_LIB=libnone.so: libnone.so: cannot open"),
        ended.toString());
  }

  @Test
  void embeddedRanksAreForLocal() {
    InputException e =
        assertThrows(InputException.class, () -> new MpiTransport().run(4, world -> 0));
    assertTrue(e.getMessage().contains("mpirun -n 4"), e.getMessage());
  }

  /// Rank 0 of the counter's ranks calls nothing meanwhile.
  @ParameterizedTest
  @EnumSource
  void aCounterBetweenNodesProgresses(MpiLauncher launcher, @TempDir Path directory) {
    Ended ended =
        run(
            launcher,
            Map.of("SHEAF_MPI_NODES", "2"),
            "progress",
            directory.resolve("finished").toString());
    assertEquals(0, ended.status(), ended.toString());
    assertEquals(2, ended.out().lines().filter("sum 100"::equals).count(), ended.toString());
  }
}
