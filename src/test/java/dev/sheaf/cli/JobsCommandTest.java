package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.MpiLauncher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobsCommandTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir private Path directory;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private List<String> words(Object... more) {
    List<String> words = new ArrayList<>(List.of("jobs", "--quiet", "--out", out().toString()));
    Arrays.stream(more).map(Object::toString).forEach(words::add);
    return words;
  }

  /// With the jobs' output in files: standard output is how Surefire and its JVM talk.
  private Cli jobs(Object... more) {
    List<String> words = words(more);
    words.addAll(List.of("--logs", "job"));
    return Cli.run(words.toArray(String[]::new));
  }

  private Path out() {
    return directory.resolve("out");
  }

  private List<String> status() throws IOException {
    return Files.readAllLines(out().resolve("status.tsv"));
  }

  /// Job_ID, Exit_Code and Job of each line.
  private List<String> results() throws IOException {
    return status().stream()
        .map(line -> line.split("\t", 7))
        .map(columns -> columns[0] + " " + columns[1] + " " + columns[6])
        .toList();
  }

  private String log(long id) throws IOException {
    return Files.readString(out().resolve("logs/" + id + ".out"));
  }

  /// The lines that dSQ 1.05 writes, by its `dSQBatch.py`:
  /// `{Array_Task_ID}\t{Exit_Code}\t{Hostname}\t {T_Start}\t{T_End}\t{T_Elapsed:.02f}\t{Task}`, no
  /// line of names, ids from 0 that count comments and empty lines too, the job stripped, codes by
  /// Python's `Popen`.
  @ParameterizedTest
  @CsvSource({"1, 1, dynamic", "2, 1, dynamic", "3, 2, block", "2, 2, cyclic", "4, 1, guided"})
  void aLineAJobWithTheColumnsOfDsq(int ranks, int threads, String schedule) throws IOException {
    Path list =
        file(
            "jobs.txt",
            """
            # two comments, the second of sbatch

            sleep 0.3; true
            #SBATCH -t 10
              exit 3 \r
            kill -9 $$
            sh -c 'kill -9 $$'; exit $?
            kill -TERM $$
            no-such-command
            printf 'a\tb'; cat
            \t\
            """);
    Cli cli = jobs(list, "--ranks", ranks, "--threads", threads, "--schedule", schedule);
    assertEquals(1, cli.status());
    assertEquals(
        List.of(
            "2 0 sleep 0.3; true",
            "4 3 exit 3",
            "5 -9 kill -9 $$",
            "6 137 sh -c 'kill -9 $$'; exit $?",
            "7 -15 kill -TERM $$",
            "8 127 no-such-command",
            "9 0 printf 'a\tb'; cat"),
        results());
    String time = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d";
    for (String line : status()) {
      assertTrue(
          line.matches("\\d+\t-?\\d+\t[^\t]+\t" + time + "\t" + time + "\t\\d+\\.\\d\\d\t.+"),
          line);
    }
    double elapsed = Double.parseDouble(status().getFirst().split("\t", -1)[5]);
    assertTrue(elapsed >= 0.3 && elapsed < 30, status().getFirst());
    assertEquals("a\tb", log(9));
  }

  @Test
  void aFailedJobIsToldWithLineCommandAndCause() throws IOException {
    Path list =
        file("jobs.txt", "true\nexit 3\nkill -9 $$\n(kill -SEGV $$); exit 139\nx-y-z\nexit 3\n");
    Cli cli = jobs(list, "--ranks", 2);
    assertEquals(1, cli.status());
    List<String> errors = cli.err().lines().toList();
    assertTrue(
        errors.get(0).contains("(" + list + " line 2: exit 3) failed on rank ")
            && errors.get(0).contains(": exit code 3 (and 1 more item with this cause); ")
            && errors.get(0).endsWith("replay: SHEAF_JOB_ID=1 DSQ_JOB_ID=1 sh -c 'exit 3'"),
        cli.err());
    assertTrue(errors.get(1).contains(": killed by signal 9 (SIGKILL); replay: "), cli.err());
    assertTrue(errors.get(2).contains("killed by signal 11 (SIGSEGV); replay"), cli.err());
    assertTrue(errors.get(3).contains(": exit code 127: a command was not found; "), cli.err());
    assertEquals("sheaf jobs: 5 items failed, 1 done", errors.getLast());
    assertTrue(cli.out().contains("status.tsv: 1 job done, 5 failed; output in "), cli.out());
  }

  @Test
  void aJobKnowsItsNumberAndHasNothingToRead() throws IOException {
    Path list =
        file("jobs.txt", "# x\necho $SHEAF_JOB_ID $DSQ_JOB_ID $SHEAF_RANKS >&2; cat; pwd\n");
    assertEquals(0, jobs(list, "--ranks", 3).status());
    assertEquals("1 1 3\n" + Path.of("").toAbsolutePath() + "\n", log(1));
  }

  @Test
  void outputToAFileARank() throws IOException {
    Path list = file("jobs.txt", "echo a$SHEAF_RANK; echo b$SHEAF_RANK >&2\n".repeat(20));
    List<String> words = words(list, "--ranks", 2, "--schedule", "block", "--logs", "rank");
    assertEquals(0, Cli.run(words.toArray(String[]::new)).status());
    for (int rank = 0; rank < 2; rank++) {
      String text = Files.readString(out().resolve("logs/rank-" + rank + ".out"));
      assertEquals("a%1$d\nb%1$d\n".formatted(rank).repeat(10), text);
    }
  }

  private Process start(Object... more) throws IOException {
    return new ProcessBuilder(
            Jvm.command(List.of(), Main.class, words(more).toArray(String[]::new)))
        .redirectOutput(directory.resolve("stdout").toFile())
        .redirectError(directory.resolve("stderr").toFile())
        .start();
  }

  @Test
  void outputGoesThroughAndNothingWithIt() throws Exception {
    Path list = file("jobs.txt", "echo 1\necho 2; echo err >&2\n");
    Process process = start(list, "--ranks", 1, "--threads", 1);
    assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS));
    assertEquals("1\n2\n", Files.readString(directory.resolve("stdout")));
    assertEquals("err\n", Files.readString(directory.resolve("stderr")));
    assertEquals(0, process.exitValue());
  }

  /// Bytes that are no UTF-8, and a line end that is missing.
  @Test
  void aCommandIsBytes() throws IOException {
    byte[] command = "printf %s '\u00ff\u00e9'".getBytes(StandardCharsets.ISO_8859_1);
    Path list = Files.write(directory.resolve("jobs.txt"), command);
    assertEquals(0, jobs(list).status());
    assertArrayEquals(
        new byte[] {(byte) 0xff, (byte) 0xe9}, Files.readAllBytes(out().resolve("logs/0.out")));
    byte[] status = Files.readAllBytes(out().resolve("status.tsv"));
    byte[] end = Arrays.copyOfRange(status, status.length - command.length - 1, status.length - 1);
    assertArrayEquals(command, end);
  }

  private static Stream<ProcessHandle> running(String argument) {
    return ProcessHandle.allProcesses()
        .filter(each ->
            Arrays.asList(each.info().arguments().orElse(new String[0])).contains(argument));
  }

  private static void awaitNone(String argument) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (running(argument).findAny().isPresent()) {
      assertTrue(System.nanoTime() < deadline, "still there: sleep " + argument);
    }
  }

  @Test
  void aJobThatTakesTooLongIsEndedWithItsChildren() throws IOException {
    Path list =
        file(
            "jobs.txt",
            "setsid sleep 600.125 & sleep 600.125\ntrue\nsleep 600.125 | cat; true\ntrue\n");
    Cli cli = jobs(list, "--ranks", 2, "--threads", 1, "--timeout", "0.5");
    assertEquals(1, cli.status());
    assertEquals(
        List.of(
            "0 124 setsid sleep 600.125 & sleep 600.125",
            "1 0 true",
            "2 124 sleep 600.125 | cat; true",
            "3 0 true"),
        results());
    assertTrue(cli.err().contains(": given up after 0.5 s (--timeout)"), cli.err());
    awaitNone("600.125");
  }

  @Test
  void jobsEndWithARankThatIsKilled() throws Exception {
    Path begun = directory.resolve("begun");
    Path list =
        file(
            "jobs.txt",
            "sleep 600.25 & (setsid sleep 600.25 &); touch %s.$SHEAF_JOB_ID; sleep 600.25\n"
                .formatted(begun)
                .repeat(2));
    Process process = start(list, "--ranks", 2, "--threads", 1);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!Files.exists(Path.of(begun + ".0")) || !Files.exists(Path.of(begun + ".1"))) {
      assertTrue(process.isAlive() && System.nanoTime() < deadline, "not begun");
      Thread.onSpinWait();
    }
    process.destroyForcibly().waitFor();
    awaitNone("600.25");
  }

  /// One job of five is at work when the JVM is killed.
  @Test
  void aRunThatWasKilledGoesOnAndRunsNoJobTwice() throws Exception {
    Path ran = directory.resolve("ran");
    Path go = directory.resolve("go");
    Path list =
        file(
            "jobs.txt",
            "echo $SHEAF_JOB_ID >> %1$s; test $SHEAF_JOB_ID != 2 -o -e %2$s || sleep 600.5\n"
                .formatted(ran, go)
                .repeat(5));
    Process process = start(list, "--ranks", 1, "--threads", 1, "--logs", "job");
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (running("600.5").findAny().isEmpty()) {
      assertTrue(process.isAlive() && System.nanoTime() < deadline, "not begun");
    }
    process.destroyForcibly().waitFor();
    awaitNone("600.5");
    List<String> before = status();
    assertEquals(2, before.size());
    Files.createFile(go);
    Cli cli = Cli.run("resume", out().toString(), "--ranks", "2", "--threads", "1");
    assertEquals(0, cli.status(), cli.err());
    assertEquals(
        List.of("0", "1", "2", "2", "3", "4"), Files.readAllLines(ran).stream().sorted().toList());
    assertEquals(5, status().size());
    assertEquals(before, status().subList(0, 2));
  }

  @Test
  void aJobThatRanksDiedWithTwiceHasALineToo() throws Exception {
    Path list = file("jobs.txt", "sleep 600.75\ntrue\ntrue\n");
    for (int attempt = 1; attempt <= 2; attempt++) {
      Process process =
          start(
              list,
              "--ranks",
              1,
              "--threads",
              1,
              "--logs",
              "job",
              attempt > 1 ? "--resume" : "--restart");
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (running("600.75").findAny().isEmpty()) {
        assertTrue(process.isAlive() && System.nanoTime() < deadline, "not begun");
      }
      process.destroyForcibly().waitFor();
      awaitNone("600.75");
      // The second time it came after the others.
      assertEquals(attempt == 1 ? List.of() : List.of("1 0 true", "2 0 true"), results());
    }
    Cli cli = Cli.run("resume", out().toString(), "--ranks", "2", "--threads", "1");
    assertEquals(1, cli.status(), cli.err());
    assertEquals(List.of("0 125 sleep 600.75", "1 0 true", "2 0 true"), results());
    String[] columns = status().getFirst().split("\t", 7);
    assertEquals("0.00", columns[5]);
    assertEquals(status().getLast().split("\t", 7)[2], columns[2], "the host");
  }

  @Test
  void whatAJobLeavesBehindEndsWithTheRun() throws IOException {
    String job = "sleep 600.375 & (setsid sh -c 'sleep 600.375; true' &); true\n";
    assertEquals(0, jobs(file("jobs.txt", job)).status());
    awaitNone("600.375");
  }

  @Test
  void whatIsToBeLeftBehindMayBe() throws IOException {
    String job =
        """
        env -u SHEAF_GROUP setsid sh -c 'touch %1$s; exec sleep 600.625' & until test -e %1$s; do :; done
        """
            .formatted(directory.resolve("left"));
    assertEquals(0, jobs(file("jobs.txt", job)).status());
    List<ProcessHandle> left = running("600.625").toList();
    left.forEach(ProcessHandle::destroyForcibly);
    assertEquals(1, left.size());
  }

  @Test
  void aJobMayEndItsWholeGroup() throws IOException {
    Path list = file("jobs.txt", "kill -9 0; sleep 9\nkill 0; sleep 9\ntrue\nkill -9 0\ntrue\n");
    jobs(list, "--ranks", 1, "--threads", 1);
    assertEquals(
        List.of("-9", "-15", "0", "-9", "0"),
        results().stream().map(line -> line.split(" ", 3)[1]).toList());
  }

  @Test
  void aFailedJobIsTriedAgain() throws IOException {
    Path mark = directory.resolve("mark");
    Path list =
        file("jobs.txt", "test -e %1$s || { touch %1$s; exit 5; }\nexit 6\n".formatted(mark));
    Cli cli = jobs(list, "--retries", 1);
    assertEquals(1, cli.status());
    assertEquals(List.of("0", "6"), results().stream().map(line -> line.split(" ", 3)[1]).toList());
    assertTrue(cli.err().contains(", after 2 attempts: exit code 6"), cli.err());
  }

  @Test
  void withOnErrorStopTheOthersAreLeft() throws IOException {
    Path list = file("jobs.txt", "true\nexit 1\n" + "true\n".repeat(50));
    Cli cli = jobs(list, "--ranks", 1, "--threads", 1, "--on-error", "stop");
    assertEquals(1, cli.status());
    assertTrue(cli.err().contains("50 not run after the first failure"), cli.err());
    assertEquals(2, status().size());
  }

  @Test
  void linesForSbatchAreTold() throws IOException {
    Path list =
        file("jobs.txt", "#DSQ --mem-per-cpu 4g -t 10:00\n#SBATCH -p day\n#DSQUIET\ntrue\n");
    Cli cli =
        Cli.run(
            "jobs", list.toString(), "--out", out().toString(), "--logs", "job", "--ranks", "2");
    List<String> notes = cli.err().lines().filter(line -> line.contains(" note: " + list)).toList();
    assertEquals(2, notes.size(), cli.err());
    assertTrue(notes.getFirst().contains("'#DSQ --mem-per-cpu 4g -t 10:00' is for sbatch"));
  }

  /// A status file as dSQ leaves it: by the end of the jobs, one of them run again, later.
  private Path dsqStatus() throws IOException {
    return file(
        "job_1234_status.tsv",
        """
        3\t0\tc01\t2024-05-01 12:00:00\t2024-05-01 12:00:01\t1.02\techo 3
        1\t1\tc02\t2024-05-01 12:00:00\t2024-05-01 12:00:01\t1.02\techo 1
        0\t-9\tc02\t2024-05-01 12:00:00\t2024-05-01 12:00:01\t1.02\techo 0\tand a tab
        2\t137\tc02\t2024-05-01 12:00:00\t2024-05-01 12:00:01\t1.02\techo 2
        1\t0\tc02\t2024-05-01 13:00:00\t2024-05-01 13:00:01\t1.02\techo 1
        """);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void jobsThatFailedUnderDsqAreRunAgain(boolean names) throws IOException {
    Path status = dsqStatus();
    if (names) {
      String line = "Job_ID\tExit_Code\tHostname\tTime_Started\tTime_Ended\tTime_Elapsed\tJob\n";
      Files.writeString(status, line + Files.readString(status));
    }
    assertEquals(0, jobs("--from-tsv", status).status());
    assertEquals(List.of("0 0 echo 0\tand a tab", "2 0 echo 2"), results());
    assertEquals("2\n", log(2));
  }

  @Test
  void jobsThatAreMissingInTheStatusFileAreRunToo() throws IOException {
    Path list = file("jobs.txt", "echo 0\tand a tab\necho 1\necho 2\necho 3\necho 4\n");
    assertEquals(0, jobs(list, "--from-tsv", dsqStatus()).status());
    assertEquals(List.of("0 0 echo 0\tand a tab", "2 0 echo 2", "4 0 echo 4"), results());
  }

  /// The status file of the run itself keeps what it had.
  @Test
  void aStatusFileGoesOn() throws IOException {
    Path mark = directory.resolve("mark");
    Path list = file("jobs.txt", "echo 0\ntest -e %s\necho 2\nexit 3\n".formatted(mark));
    assertEquals(1, jobs(list).status());
    List<String> before = status();
    Files.createFile(mark);
    assertEquals(1, jobs("--from-tsv", out().resolve("status.tsv")).status());
    assertEquals(
        List.of("0 0 echo 0", "1 0 test -e " + mark, "2 0 echo 2", "3 3 exit 3"), results());
    assertEquals(before.get(0), status().get(0));
    assertEquals(before.get(2), status().get(2));
  }

  @Test
  void nothingIsToDoWhereNothingFailed() throws IOException {
    Path status = file("s.tsv", "0\t0\th\tx\ty\t1.00\ttrue\n");
    assertEquals(0, jobs("--from-tsv", status).status());
    assertEquals(List.of(), results());
  }

  @Test
  void aTemplateIsFilledByTheColumnsOfATable() throws IOException {
    Path table = file("t.csv", "in,out file,n\na b'c,$HOME,1\n\"x,\"\"y\"\"\",*,-2\n");
    Path lines =
        file("t.jsonl", "{\"in\": \"a b'c\", \"n\": 1}\n\n{\"in\": \"x,\\\"y\\\"\", \"n\": -2}\n");
    for (Path each : List.of(table, lines)) {
      Cli cli =
          jobs(
              each,
              "--template",
              "printf '%s|' \"$(printf %s {in})\" {n} '{{in}}' ${DSQ_JOB_ID}; echo {n,2}x | awk '{print $1}'");
      assertEquals(0, cli.status(), cli.err());
      assertEquals("a b'c|1|{in}|0|{n,2}x\n", log(0));
      assertEquals("x,\"y\"|-2|{in}|1|{n,2}x\n", log(1));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          | which jobs? Give a job file
          D/none.txt | none.txt: no such file
          D | is a directory; give a file
          D/empty | empty: no job in it; each line is a shell command
          D/comments | comments: no job in it
          D/nul | nul line 2: has a NUL
          D/long | long line 1: 200,000 bytes; a shell takes a command of at most 131,071
          --from-tsv D/none.tsv | none.tsv: no such file
          --from-tsv D/empty | empty: no job in it
          --from-tsv D/jobs | jobs line 1: 1 columns; a status file has Job_ID, Exit_Code
          --from-tsv D/words.tsv | words.tsv line 1: Job_ID 'a' and Exit_Code 'b' must be whole numbers
          --from-tsv D/minus.tsv | minus.tsv line 1: a job needs an id from 0 and a command
          D/jobs --from-tsv D/other.tsv | other.tsv: is of other jobs than
          --template {a} | --template '{a}': needs a table
          --template {b} D/t.csv | --template: {b}:
          --template {a} D/rows.csv | rows.csv: no rows; each makes a job
          --template {a} D/empty | empty: empty; a CSV file begins
          --template {a} D/break.csv | break.csv line 2, column a: has a line break
          --template {a} D/few.csv | few.csv: line 3: 1 fields; the first line names 2
          --template '{a}' D/t.csv | --template: {a} stands within quotes: leave them out
          --template "{a}" D/t.csv | --template: {a} stands within quotes
          --template '$(x)"{a}' D/t.csv | --template: {a} stands within quotes
          --template {a} D/t.jsonl | t.jsonl line 2: is not a JSON object
          --template {a} D/torn.jsonl | torn.jsonl line 2: is not a JSON object
          --template {a} D/less.jsonl | --template: {a}: D/less.jsonl line 2 has no such column; there are b
          D/jobs --logs sideways | 'sideways'
          D/jobs more | 'more'
          """)
  void badInputIsOneLineAndNothingIsRun(String words, String expected) throws IOException {
    file("empty", "");
    file("comments", "# nothing\n\n");
    file("nul", "touch D/ran\nx\0y\n".replace("D", directory.toString()));
    file("long", "x".repeat(200_000));
    file("jobs", "touch " + directory.resolve("ran") + "\n");
    file("words.tsv", "a\tb\tc\td\te\tf\tg\n");
    file("minus.tsv", "-1\t1\tc\td\te\tf\tg\n");
    file("other.tsv", "0\t1\th\tx\ty\t1.00\ttrue\n");
    file("t.csv", "a\n1\n");
    file("rows.csv", "a\n");
    file("break.csv", "a\n\"1\n2\"\n");
    file("few.csv", "a,b\n1,2\n3\n5,6\n");
    file("t.jsonl", "{\"a\": 1}\n[1]\n");
    file("torn.jsonl", "{\"a\": 1}\n{\"a\":\n{\"a\": 3}\n");
    file("less.jsonl", "{\"a\": 1}\n{\"b\": 2}\n");
    Object[] more =
        words == null ? new Object[0] : words.replace("D", directory.toString()).split(" ");
    Cli cli = jobs(more);
    assertEquals(2, cli.status(), cli.err());
    assertEquals("", cli.out());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().contains(expected.replace("D/", directory + "/")), cli.err());
    assertFalse(Files.exists(directory.resolve("ran")));
    assertFalse(Files.exists(out()));
  }

  /// A job is none of the launcher's ranks: it may be, or start, an MPI program of its own.
  @ParameterizedTest
  @EnumSource
  void onRanksOfALauncher(MpiLauncher launcher) throws IOException {
    launcher.need();
    Path list =
        file(
            "jobs.txt",
            "env | grep -E '^(PMI|OMPI_COMM|OMPI_MCA_(ess|orte))'; echo $SHEAF_RANKS\n".repeat(10));
    List<String> words = words(list, "--logs", "job", "--threads", 1);
    MpiLauncher.Ended ended =
        launcher
            .start(
                2,
                Map.of("SHEAF_MPI_LIB", launcher.library()),
                MpiLauncher.java(Main.class, words.toArray(String[]::new)))
            .await(Duration.ofMinutes(2));
    assertEquals(0, ended.status(), ended.toString());
    assertEquals(10, status().size());
    for (int id = 0; id < 10; id++) {
      assertEquals("2\n", log(id));
    }
  }
}
