package dev.sheaf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Needs;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `run/relaunch`, with a command that notes its words and ends as it is told.
class RelaunchTest {
  @TempDir private Path directory;

  private Path command(String script) throws IOException {
    Path command =
        Files.writeString(
            directory.resolve("command"),
            "#!/bin/sh\necho \"$@\" >> " + directory + "/words\n" + script + "\n");
    assertTrue(command.toFile().setExecutable(true));
    return command;
  }

  private List<String> words() throws IOException {
    return Files.readAllLines(directory.resolve("words"));
  }

  private Shell relaunch(String times, String script) throws IOException {
    return relaunch(times, script, "load", "my dir");
  }

  private Shell relaunch(String times, String script, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("run/relaunch", times));
    command.add(command(script).toString());
    command.addAll(List.of(words));
    return Shell.run(
        Map.of("PATH", directory + ":" + System.getenv("PATH")), command.toArray(String[]::new));
  }

  /// The script of a run that begins in `--out`.
  private String begin() {
    return "mkdir -p %1$s/out; date +%%N > %1$s/out/run.json; ".formatted(directory);
  }

  /// It pauses before it goes on, so each goes on once at most.
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({
    "exit 3, 3",
    "kill -9 $$, 137",
    "kill -SEGV $$, 139",
  })
  void goesOnWhenRanksWereLost(String script, int status) throws IOException {
    String out = directory.resolve("out").toString();
    Shell run = relaunch("1", begin() + script, "load", "my dir", "--out", out);
    assertEquals(status, run.status(), run.toString());
    String words = "load my dir --out " + out;
    assertEquals(List.of(words, words + " --resume"), words());
    assertTrue(
        run.err().contains("ranks were lost (exit status " + status + "): starting again with"),
        run.toString());
  }

  /// Words that begin anew, or go on already.
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({
    "load --restart --out %s, load --out %s --resume",
    "load --resume --out %s, load --resume --out %s",
    "resume %s, resume %s",
  })
  void itResumesOnce(String first, String then) throws IOException {
    String out = directory.resolve("out").toString();
    relaunch("1", begin() + "exit 3", first.formatted(out).split(" "));
    assertEquals(List.of(first.formatted(out), then.formatted(out)), words());
  }

  /// A run that was done before is not to be taken for one that has been resumed and is done.
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void beginsAgainWhatHasNotBegun() throws IOException {
    Path out = Files.createDirectory(directory.resolve("out"));
    Files.writeString(out.resolve("run.json"), "\"state\": \"done\"");
    relaunch("1", "exit 3", "load", "--out", out.toString());
    assertEquals(List.of("load --out " + out, "load --out " + out), words());
  }

  @Test
  void andEndsAsTheLastOne() throws IOException {
    assertEquals(0, relaunch("5", "[ -e $0.ran ] && exit 0; touch $0.ran; exit 3").status());
    assertEquals(2, words().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 75})
  void notWhenTheRunHasEndedByItself(int status) throws IOException {
    Shell run = relaunch("5", "exit " + status);
    assertEquals(status, run.status(), run.toString());
    assertEquals(1, words().size());
  }

  /// As of MPICH's Hydra after a signal, and of `srun` when a step could not be launched.
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({
    // The status of the launcher; what run.json tells before and after; the words; the status,
    // and how often it is run.
    "0, '', done, load --out %s, 0, 1",
    "0, '', failed, load --out %s, 1, 1",
    "0, '', stopped, load --out %s, 75, 1",
    "0, '', stopped, load --out=%s, 75, 1",
    "0, '', running, load --out %s, 255, 2",
    "0, stopped, stopped, load --resume --out %s, 75, 1",
    "0, running, running, resume %s --ranks 2, 255, 2",
    "0, stopped, done, resume %s, 0, 1",
    "143, '', stopped, load --out %s, 75, 1",
    "143, stopped, failed, load --resume --out %s, 1, 1",
    "137, '', running, load --out %s, 137, 2",
    // No run has begun.
    "0, '', '', load --out %s, 255, 2",
    "0, '', '', load --resume --out %s, 255, 2",
    "0, stopped, stopped, load --out %s, 255, 2",
    "0, running, running, load --part 1/3 --out %s, 255, 2",
    // There was nothing to do; other parts are at work; others than runs.
    "0, done, done, load --resume --out %s, 0, 1",
    "0, done, done, load --part 1/3 --out %s, 0, 1",
    "0, stopped, running, load --part 1/3 --out %s, 0, 1",
    "0, '', running, hello --out %s, 0, 1",
    "0, '', '', doctor --out %s, 0, 1",
    "0, '', '', --dry-run load --out %s, 0, 1",
  })
  void theStatusOfALauncherIsNotBelievedWhereRunJsonTellsOtherwise(
      int ends, String before, String after, String words, int status, int times)
      throws IOException {
    Path out = Files.createDirectory(directory.resolve("my out"));
    Path record = out.resolve("run.json");
    String json =
        """
        {
          "state": "%s",
          "words": [
            "load",
            "%s"
          ],
        """;
    String loads = words.formatted(out).replace("load ", "");
    if (!before.isEmpty()) {
      Files.writeString(record, json.formatted(before, loads));
    }
    String write = "cat > '" + record + "' <<'end'\n" + json.formatted(after, loads) + "end\n";
    String exit = "\nexit " + ends;
    String[] each = words.split(" ");
    Arrays.setAll(each, i -> each[i].formatted(out));
    Shell run = relaunch("1", (after.isEmpty() || after.equals(before) ? "" : write) + exit, each);
    assertEquals(status, run.status(), run.toString());
    assertEquals(times, words().size(), run.toString());
    assertEquals(
        status != ends,
        run.err().contains("exit status %d, but %d".formatted(ends, status)),
        run.toString());
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "USR1, 138"})
  void signalsGoOnToTheCommandAndEndIt(String signal, int status) throws Exception {
    Path begun = directory.resolve("begun");
    Process run =
        new ProcessBuilder(
                "run/relaunch", "5", command("touch " + begun + "; exec sleep 60").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    try {
      await(() -> Files.exists(begun), "no start");
      assertEquals(0, Shell.run(Map.of(), "kill", "-" + signal, run.pid() + "").status());
      assertTrue(run.waitFor(30, TimeUnit.SECONDS), "no end");
      assertEquals(status, run.exitValue());
      assertEquals(1, words().size());
    } finally {
      run.destroyForcibly();
    }
  }

  /// Open MPI's launcher ends with 1 then, MPICH's Hydra with 2 after INT.
  @ParameterizedTest
  @CsvSource({
    "TERM, 1, stopped, 75",
    "TERM, 1, failed, 1",
    "INT, 2, running, 130",
    "INT, 255, running, 130"
  })
  void afterASignalTheLaunchersStatusIsNotBelieved(
      String signal, int ends, String state, int status) throws Exception {
    Path out = Files.createDirectory(directory.resolve("out"));
    Path begun = directory.resolve("begun");
    String record = "{\n  \"state\": \"" + state + "\",";
    String end = "echo '%s' > %s/run.json; exit %d".formatted(record, out, ends);
    Path script =
        command(
            "end() { "
                + end
                + "; }; trap end TERM INT; touch "
                + begun
                + "; while :; do sleep .1; done");
    Process run =
        new ProcessBuilder( // a suite in the background ignores INT
                "env",
                "--default-signal=INT",
                "run/relaunch",
                "5",
                script.toString(),
                "resume",
                out.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("printed").toFile())
            .start();
    try {
      await(() -> Files.exists(begun), "no start");
      assertEquals(0, Shell.run(Map.of(), "kill", "-" + signal, run.pid() + "").status());
      assertTrue(run.waitFor(30, TimeUnit.SECONDS), "no end");
      assertEquals(status, run.exitValue(), Files.readString(directory.resolve("printed")));
    } finally {
      run.destroyForcibly();
    }
  }

  /// Starts a command that does nothing for a minute, and writes its process's number to `pid`.
  private Process startSleeping(String before) throws Exception {
    Path pid = directory.resolve("pid");
    String script =
        before + "echo $$ > " + pid + ".part; mv " + pid + ".part " + pid + "; exec sleep 60";
    Process run =
        new ProcessBuilder("run/relaunch", "5", command(script).toString()).inheritIO().start();
    await(() -> Files.exists(pid), "no start");
    return run;
  }

  private ProcessHandle sleeping() throws IOException {
    String pid = Files.readString(directory.resolve("pid")).strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /// `run/mpirun` goes by it too: whoever kills that must not leave the launcher behind. Hydra
  /// passes TERM on to ranks that then finish what they have in hand, and `nohup` ignores HUP.
  @Test
  void aKillEndsTheCommand() throws Exception {
    Needs.command("setpriv", "util-linux");
    Process run = startSleeping("trap '' HUP TERM; ");
    ProcessHandle command = sleeping();
    run.destroyForcibly();
    await(() -> !command.isAlive(), "the command goes on");
  }

  /// As by Ctrl-Z and `fg`.
  @Test
  void theCommandIsStoppedWithItAndGoesOnWithIt() throws Exception {
    Process run = startSleeping("");
    try {
      long command = sleeping().pid();
      Shell.run(Map.of(), "kill", "-TSTP", run.pid() + "");
      await(() -> stopped(run.pid()) && stopped(command), "goes on");
      Shell.run(Map.of(), "kill", "-CONT", run.pid() + "");
      await(() -> !stopped(run.pid()) && !stopped(command), "is stopped");
    } finally {
      run.destroy();
    }
  }

  private static boolean stopped(long process) {
    try {
      return Files.readString(Path.of("/proc/" + process + "/stat")).contains(") T ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(BooleanSupplier condition, String otherwise) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, otherwise);
      Thread.sleep(10);
    }
  }

  @Test
  void noNumber() throws IOException {
    Shell run = relaunch("often", "exit 0");
    assertEquals(2, run.status());
    assertEquals("run/relaunch: 'often', '0': not a number of times\n", run.err());
  }

  @Test
  void sheafAndMpirunHaveItAsAnOption() throws IOException {
    Shell sheaf = Shell.run(Map.of(), "run/sheaf", "--relaunch", "x", "hello");
    assertEquals("run/relaunch: 'x', '0': not a number of times\n", sheaf.err());
    Shell mpirun = Shell.run(Map.of(), "run/mpirun", "-n", "2", "--relaunch", "x", "hello");
    assertEquals("run/relaunch: 'x', '0': not a number of times\n", mpirun.err());
  }
}
