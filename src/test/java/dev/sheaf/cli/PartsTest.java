package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.Outputs;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs that are done in parts, by several jobs or after they have ended early, give the bytes of
/// one that was done at once.
class PartsTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String[] PI = {"pi", "--seeds", "0..40", "--trials", "1000", "--quiet"};

  @TempDir private static Path whole;
  private static byte[] expected;

  @TempDir private Path directory;

  @BeforeAll
  static void atOnce() throws IOException {
    assertEquals(0, pi(PI, whole, "--ranks", "2").status());
    expected = Files.readAllBytes(whole.resolve("pi.csv"));
  }

  private static String[] words(String[] command, Path out, String... more) {
    return Stream.of(Stream.of(command), Stream.of("--out", out.toString()), Stream.of(more))
        .flatMap(each -> each)
        .toArray(String[]::new);
  }

  private static Cli pi(String[] command, Path out, String... more) {
    return Cli.run(words(command, out, more));
  }

  private void assertGathers(Path out, String... more) throws IOException {
    Cli gather = Cli.run(words(new String[] {"resume", out.toString()}, out, more));
    assertEquals(0, gather.status(), gather.err());
    assertArrayEquals(expected, Files.readAllBytes(out.resolve("pi.csv")));
  }

  @Test
  void partsAtTheSameTimeThenOneThatGathers() throws Exception {
    List<Process> parts = new ArrayList<>();
    for (String part : new String[] {"0/3", "2/3"}) {
      String[] words = words(PI, directory, "--ranks", "2", "--part", part);
      parts.add(
          new ProcessBuilder(Jvm.command(List.of(), Main.class, words))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("part-" + part.charAt(0)).toFile())
              .start());
    }
    for (Process part : parts) {
      assertTrue(part.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "no end");
      assertEquals(0, part.exitValue(), directory.toString());
    }
    assertTrue(Files.notExists(directory.resolve("pi.csv")), "the second part is missing");
    Cli again = pi(PI, directory, "--ranks", "3", "--part", "2/3");
    assertEquals(0, again.status(), again.err());
    assertTrue(Files.notExists(directory.resolve("pi.csv")), "the second part is missing");
    Cli second = pi(PI, directory, "--ranks", "1", "--schedule", "dynamic", "--part", "1/3");
    assertEquals(0, second.status(), second.err());
    assertGathers(directory, "--ranks", "3");
    Cli late = pi(PI, directory, "--part", "0/3");
    assertEquals(0, late.status(), late.err());
    assertTrue(late.err().contains("the run is done, there is nothing to resume"), late.err());
  }

  /// The gathering one does what is missing.
  @Test
  void aPartThatNobodyHasDone() throws IOException {
    assertEquals(0, pi(PI, directory, "--part", "1/2", "--ranks", "2").status());
    assertGathers(directory, "--ranks", "1");
  }

  @Test
  void onePartIsTheWhole() throws IOException {
    assertEquals(0, pi(PI, directory, "--part", "0/1", "--ranks", "2").status());
    assertGathers(directory);
  }

  /// Each part does its share of all panels.
  @Test
  void partsOfSeveralPanels() throws IOException {
    String[] matmul = {
      "matmul", "--random", "800x150x10300", "--library", "java", "--memory", "19M"
    };
    for (String part : new String[] {"2/3", "0/3", "1/3"}) {
      Cli cli = Cli.run(words(matmul, directory, "--threads", "1", "--part", part));
      assertEquals(0, cli.status(), cli.err());
    }
    Cli gather = Cli.run("resume", directory.toString(), "--ranks", "3", "--threads", "1");
    assertEquals(0, gather.status(), gather.err());
    assertTrue(gather.err().contains("resumed: 9 of 9 items were done"), gather.err());
    Path once = directory.resolve("once");
    assertEquals(0, Cli.run(words(matmul, once, "--quiet")).status());
    assertEquals(-1, Files.mismatch(directory.resolve("product.npy"), once.resolve("product.npy")));
  }

  /// Each part is a block of all the items, though rank 0 sends these in rounds.
  @ParameterizedTest
  @CsvSource({
    "convolve --random 2000x20000 --filters 3x3 --stride 10 --split image --source scatter, 0 16 34 50, 34",
    "stats NUMBERS NUMBERS --source scatter --quantiles 0.5 --bins 9 --range 0:255, 0 14 30 44, 30",
  })
  void partsOfSeveralRounds(String command, String left, int before) throws IOException {
    if (command.contains("NUMBERS")) {
      String noise = "noise -n 90 --size 256x256 --channels 1 --format npy --quiet --out ";
      assertEquals(0, Cli.run((noise + directory).split(" ")).status());
    }
    String numbers = directory.resolve("noise.npy").toString();
    String[] words = command.replace("NUMBERS", numbers).split(" ");
    Path out = directory.resolve("out");
    Cli part = Cli.run(words(words, out, "--ranks", "2", "--part", "1/3"));
    assertEquals(0, part.status(), part.err());
    int[] ends = Arrays.stream(left.split(" ")).mapToInt(Integer::parseInt).toArray();
    List<String> open =
        IntStream.concat(
                IntStream.rangeClosed(ends[0], ends[1]), IntStream.rangeClosed(ends[2], ends[3]))
            .mapToObj(String::valueOf)
            .toList();
    assertEquals(open, Cli.run("autopsy", out.toString()).out().lines().toList());
    part = Cli.run(words(words, out, "--ranks", "3", "--part", "0/3"));
    assertEquals(0, part.status(), part.err());
    Cli gather = Cli.run("resume", out.toString(), "--ranks", "1");
    assertEquals(0, gather.status(), gather.err());
    assertTrue(gather.err().contains("resumed: " + before + " of "), gather.err());
    Path once = directory.resolve("once");
    Cli whole = Cli.run(words(words, once, "--ranks", "2"));
    assertEquals(whole.out().replace(once.toString(), out.toString()), gather.out());
    assertFalse(Outputs.under(once).isEmpty());
    for (Path file : Outputs.under(once)) {
      assertEquals(-1, Files.mismatch(file, out.resolve(once.relativize(file))), file.toString());
    }
  }

  /// A part leaves alone what others tell of failures: it does not know them.
  @Test
  void whatHasFailedInOtherPartsStaysTold() throws IOException {
    Path list = Files.writeString(directory.resolve("jobs.txt"), "exit 3\ntrue\n");
    Path out = directory.resolve("out");
    String[] jobs = {"jobs", list.toString(), "--quiet", "--logs", "job", "--ranks", "1"};
    assertEquals(1, Cli.run(words(jobs, out, "--part", "0/2")).status());
    assertEquals(0, Cli.run(words(jobs, out, "--part", "1/2")).status());
    List<String> status = Files.readAllLines(out.resolve("status.tsv"));
    assertEquals(2, status.size(), status.toString());
    assertTrue(status.getFirst().startsWith("0\t3\t"), status.toString());
    assertEquals(1, Cli.run("resume", out.toString(), "--logs", "job").status());
    assertEquals(2, Files.readAllLines(out.resolve("failed.tsv")).size());
    assertEquals(0, Cli.run(words(jobs, out, "--part", "1/2")).status());
    assertEquals(2, Files.readAllLines(out.resolve("failed.tsv")).size());
  }

  @ParameterizedTest
  @CsvSource({
    "--part 3/3, '--part 3/3: must be one of the parts, as 0/10 to 9/10'",
    "--part 1, '--part 1: must be one of the parts'",
    "--part 0/2 --restart, '--restart and --part: give one of them'",
    "--part 0/2 --seeds 0..9, 'the run there is another'",
  })
  void mistakes(String more, String message) {
    assertEquals(0, pi(PI, directory, "--part", "1/2", "--ranks", "1").status());
    String[] command = more.contains("--seeds") ? new String[] {"pi", "--trials", "9"} : PI;
    Cli cli = pi(command, directory, more.split(" "));
    assertEquals(2, cli.status(), cli.err());
    assertTrue(cli.err().contains(message), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
  }

  @ParameterizedTest
  @CsvSource({
    "convolve --zeros 9x9 --filters 3x3 --iterations 2, '--iterations 2: for timing the whole; not with'",
    "batches x --batch 2, '--part: batches are read in one go, by one job'",
    "hello, '--part: what hello does is not kept for the other parts'",
    "sample taxi x, '--part: what sample taxi does is not kept'",
    "stats --normal 9x9, '--part: needs an --out, which the other parts share'",
  })
  void whatCantBeDoneInParts(String command, String message) {
    Cli cli = Cli.run((command + " --part 0/2").split(" "));
    assertEquals(2, cli.status(), cli.err());
    assertTrue(cli.err().contains(message), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
  }

  // ---- ended early, then resumed ----

  /// Under a SLURM that sets no `SLURM_JOB_END_TIME`.
  @ParameterizedTest
  @CsvSource({
    "0:00, 7, '', 75",
    "0:00, 5_2, 5, 75",
    "UNLIMITED, 7, '', 0",
  })
  void theTimeLimitIsAskedOfSqueue(String left, String asked, String array, int status)
      throws IOException {
    Path squeue = directory.resolve("squeue");
    Files.writeString(
        squeue, "#!/bin/sh\n[ \"$2\" = --jobs=%s ] && echo %s\n".formatted(asked, left));
    assertTrue(squeue.toFile().setExecutable(true));
    Map<String, String> job = new HashMap<>();
    job.put("PATH", directory + ":" + System.getenv("PATH"));
    job.put("SLURM_JOB_ID", "7");
    if (!array.isEmpty()) {
      job.put("SLURM_ARRAY_JOB_ID", array);
      job.put("SLURM_ARRAY_TASK_ID", "2");
    }
    List<String> command = Jvm.command(List.of(), Main.class, words(PI, directory));
    Shell run = Shell.run(job, command.toArray(String[]::new));
    assertEquals(status, run.status(), run.toString());
    assertEquals(
        status == 75, run.err().contains(": ended early (its time is up): 0 of "), run.err());
  }

  /// Each item takes a tenth of a second or more.
  private static final String[] LONG = {
    "pi", "--seeds", "0..40", "--trials", "10000000", "--quiet"
  };

  /// Waits until some items are done.
  private void awaitItems(ProcessHandle run) throws Exception {
    Path journal = directory.resolve("journal").resolve("0001-00000.journal");
    long begun = 0;
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!Files.exists(journal) || begun == 0 || Files.size(journal) < begun + 100) {
      if (begun == 0 && Files.exists(journal)) {
        begun = Files.size(journal);
      }
      assertTrue(run.isAlive() && System.nanoTime() < deadline, "no item done");
      Thread.sleep(10);
    }
  }

  private static void signal(String signal, long process) {
    assertEquals(0, Shell.run(Map.of(), "kill", "-" + signal, process + "").status());
  }

  private void assertResumes(String err) throws IOException {
    assertTrue(err.contains("; go on with: sheaf resume " + directory), err);
    assertTrue(Files.notExists(directory.resolve("pi.csv")), err);
    Cli resumed = Cli.run("resume", directory.toString(), "--ranks", "3");
    assertEquals(0, resumed.status(), resumed.err());
    Path again = directory.resolve("again");
    assertEquals(0, pi(LONG, again, "--ranks", "2").status());
    assertArrayEquals(
        Files.readAllBytes(again.resolve("pi.csv")),
        Files.readAllBytes(directory.resolve("pi.csv")));
  }

  @Test
  void embeddedRanksThatEndedEarlyAreResumed() throws Exception {
    Path err = directory.resolve("err");
    String[] words = words(LONG, directory, "--ranks", "2", "--threads", "1");
    Process run =
        new ProcessBuilder(Jvm.command(List.of(), Main.class, words))
            .redirectError(err.toFile())
            .start();
    awaitItems(run.toHandle());
    signal("TERM", run.pid());
    assertTrue(run.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "no end");
    assertEquals(75, run.exitValue(), Files.readString(err));
    assertResumes(Files.readString(err));
  }

  @ParameterizedTest
  @EnumSource
  void ranksOfALauncherThatEndedEarlyAreResumed(MpiLauncher launcher) throws Exception {
    String[] words = words(LONG, directory, "--threads", "1", "--schedule", "dynamic");
    MpiLauncher.Run run = launcher.start(2, Map.of(), MpiLauncher.java(Main.class, words));
    awaitItems(run.launcher());
    signal("USR1", run.launcher().pid());
    MpiLauncher.Ended ended = run.await(LIMIT);
    boolean lost =
        launcher == MpiLauncher.MPICH && ended.status() == 0; // as it may; see cluster.md
    assertTrue(ended.status() == 75 || lost, ended.toString());
    assertResumes(ended.err());
  }
}
