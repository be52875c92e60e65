package dev.sheaf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.testing.Shell;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A run that is asked to end, by a signal or by its time limit, ends in good order.
class EarlyEndTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static void assertEnded(Ended ended, String why) {
    assertEquals(75, ended.status(), ended.toString());
    assertTold(ended, why);
  }

  private static void assertTold(Ended ended, String why) {
    Pattern line =
        Pattern.compile(
            "sheaf early: ended early \\(" + why + "\\): \\d+ of 10,?000,?000 items done.*");
    assertEquals(
        1,
        ended.err().lines().filter(text -> line.matcher(text).matches()).count(),
        ended.toString());
  }

  private static void kill(String signal, String process) {
    assertEquals(0, Shell.run(Map.of(), "kill", "-" + signal, process).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "USR1"})
  void embeddedRanks(String signal) throws Exception {
    Process process = new ProcessBuilder(Jvm.command(List.of(), EarlyEnd.class, "CYCLIC")).start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertTrue(out.readLine().startsWith("process "));
      kill(signal, Long.toString(process.pid()));
      assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "no end");
      String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEnded(new Ended(process.exitValue(), "", err), "SIG" + signal);
    } finally {
      process.destroyForcibly();
    }
  }

  private static MpiLauncher.Run start(MpiLauncher launcher, int nodes, String schedule) {
    return launcher.start(
        3,
        Map.of("SHEAF_MPI_NODES", Integer.toString(nodes)),
        MpiLauncher.java(EarlyEnd.class, schedule));
  }

  /// Waits until all ranks are at work.
  private static List<String> processes(MpiLauncher.Run run) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (run.out().split("process \\d+\n", -1).length <= 3) {
      assertTrue(System.nanoTime() < deadline && run.launcher().isAlive(), "no start");
      Thread.sleep(20);
    }
    return run.out().lines().map(line -> line.substring("process ".length())).toList();
  }

  /// The launchers pass these on. Open MPI's `mpirun` takes SIGTERM for itself: it gives the ranks
  /// a second, and its status is 1.
  @ParameterizedTest
  @CsvSource({"OPEN_MPI, USR1", "MPICH, USR1", "MPICH, TERM"})
  void aSignalToTheLauncher(MpiLauncher launcher, String signal) throws Exception {
    MpiLauncher.Run run = start(launcher, 1, "DYNAMIC");
    processes(run);
    kill(signal, Long.toString(run.launcher().pid()));
    Ended ended = run.await(LIMIT);
    if (launcher == MpiLauncher.MPICH) { // may lose the status when it has passed on a signal
      assertTold(ended, "SIG" + signal);
    } else {
      assertEnded(ended, "SIG" + signal);
    }
  }

  /// One rank is told, by itself; the others are on another node.
  @ParameterizedTest
  @EnumSource
  void aSignalToOneRank(MpiLauncher launcher) throws Exception {
    MpiLauncher.Run run = start(launcher, 3, "BLOCK");
    kill("USR1", processes(run).getLast());
    assertEnded(run.await(LIMIT), "SIGUSR1");
  }

  @Test
  void theTimeIsUp() {
    Shell run =
        Shell.run(
            Map.of(), Jvm.command(List.of(), EarlyEnd.class, "BLOCK", "3").toArray(String[]::new));
    assertEnded(new Ended(run.status(), run.out(), run.err()), "its time is up");
  }
}
