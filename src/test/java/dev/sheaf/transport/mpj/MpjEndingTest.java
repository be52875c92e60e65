package dev.sheaf.transport.mpj;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.Mpj;
import dev.sheaf.testing.Shell;
import dev.sheaf.transport.mpi.Endings;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// However a rank ends, the job ends: at once, with one message and the right status.
class MpjEndingTest {
  private static Shell processes(String... ending) {
    return Shell.run(Map.of(), Mpj.processes(2, Endings.class, ending).toArray(String[]::new));
  }

  private static void assertOneMessage(Shell run, int status, String part) {
    assertEquals(status, run.status(), run.toString());
    assertEquals(1, run.err().split("sheaf: ", -1).length - 1, run.toString());
    assertTrue(run.err().contains("sheaf: rank 1 on "), run.toString());
    assertTrue(run.err().contains(part), part + " is not in: " + run);
  }

  @ParameterizedTest
  @CsvSource({
    "exception, 3, IllegalStateException: boom",
    "resource, 3, IllegalStateException: boom",
    "input, 2, x.txt: empty; give another",
    "thread, 3, IllegalStateException: boom",
    "exit, 3, the JVM exits before the program has returned",
    "abort, 5, enough",
    "truncation, 3, is longer than the buffer of 8 bytes",
  })
  void aProcess(String ending, int status, String message) {
    assertOneMessage(processes(ending), status, message);
  }

  @ParameterizedTest
  @CsvSource({
    "exception, 3, IllegalStateException: boom",
    "resource, 3, IllegalStateException: boom",
    "input, 2, x.txt: empty; give another",
    "abort, 5, enough",
    "truncation, 3, is longer than the buffer of 8 bytes",
  })
  void aThread(String ending, int status, String message) {
    Mpj.need();
    Shell run =
        Shell.run(
            Map.of("SHEAF_MPJ_THREADS", "2"),
            Jvm.command(List.of(), Endings.class, ending).toArray(String[]::new));
    assertOneMessage(run, status, message);
  }

  /// Rank 1's program returns 1, which is no failure.
  @Test
  void aStatus() {
    Shell run = processes("status");
    assertEquals(1, run.status(), run.toString());
    assertEquals("", run.err());
  }

  /// Rank 0 of the counter's ranks calls nothing meanwhile.
  @Test
  void aCounterProgresses(@TempDir Path directory) {
    Shell run = processes("progress", directory.resolve("finished").toString());
    assertEquals(0, run.status(), run.toString());
    assertEquals(2, run.out().lines().filter("sum 100"::equals).count(), run.toString());
  }

  /// Kills a rank, or the launcher, with SIGKILL: none of the processes is left.
  @ParameterizedTest
  @ValueSource(strings = {"rank", "launcher"})
  void aKill(String victim) throws Exception {
    Process launcher = new ProcessBuilder(Mpj.processes(3, Endings.class, "wait")).start();
    List<ProcessHandle> ranks = new ArrayList<>();
    try (BufferedReader out = launcher.inputReader()) {
      for (int i = 0; i < 3; i++) {
        String line = out.readLine();
        ranks.add(
            ProcessHandle.of(Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .orElseThrow());
      }
      boolean rank = victim.equals("rank");
      (rank ? ranks.get(1) : launcher.toHandle()).destroyForcibly();
      assertTrue(launcher.waitFor(20, TimeUnit.SECONDS));
      for (ProcessHandle process : ranks) {
        assertFalse(process.onExit().get(20, TimeUnit.SECONDS).isAlive());
      }
      String err = new String(launcher.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(rank ? 3 : 137, launcher.exitValue(), err);
      if (rank) {
        assertTrue(err.matches("sheaf: rank \\d on localhost was ended by signal 9\n"), err);
      }
    } finally {
      launcher.destroyForcibly();
      ranks.forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void noJar() {
    Shell run =
        Shell.run(
            Map.of("SHEAF_MPJ_JAR", "/none/mpj.jar", "SHEAF_MPJ_THREADS", "2"),
            Jvm.command(List.of(), Endings.class, "status").toArray(String[]::new));
    assertEquals(2, run.status(), run.toString());
    assertEquals("SHEAF_MPJ_JAR=/none/mpj.jar: no such file\n", run.err());
  }
}
