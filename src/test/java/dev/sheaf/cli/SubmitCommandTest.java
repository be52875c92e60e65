package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The batch scripts, and `sheaf submit`, which fills them in; SLURM's commands are stubs.
class SubmitCommandTest {
  private static final String SHEAF = Path.of("run/sheaf").toAbsolutePath().toString();

  @TempDir private Path directory;

  private static String script(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "submit";
    System.arraycopy(words, 0, all, 1, words.length);
    Cli cli = Cli.run(all);
    assertEquals(0, cli.status(), cli.err());
    assertEquals("", cli.err());
    return cli.out();
  }

  /// Puts a command first on the path.
  private String path(String name, String script) throws IOException {
    Path stub = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + script + "\n");
    assertTrue(stub.toFile().setExecutable(true));
    return directory + ":" + System.getenv("PATH");
  }

  /// Runs a batch script as a job of two tasks a node, of 4 cores each, whose `srun` or `mpirun`
  /// prints what it is given, a word a line, and ends with status 7.
  private Shell job(Path script) throws IOException {
    return job(script, 7, Map.of());
  }

  private Shell job(Path script, int status, Map<String, String> more) throws IOException {
    String show =
        "printf '%s\\n' \"$SLURM_PMIX_FENCE $SRUN_CPUS_PER_TASK $OMP_NUM_THREADS\" \"$@\"";
    path("srun", show + "; exit " + status);
    String path =
        path(
            "mpirun",
            "[ \"$1\" = --version ] && { echo Open MPI; exit; }; " + show + "; exit " + status);
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "PATH",
                path,
                "SLURM_SUBMIT_DIR",
                Path.of("").toAbsolutePath().toString(),
                "SLURM_JOB_ID",
                "1",
                "SLURM_TASKS_PER_NODE",
                "2(x3)",
                "SLURM_CPUS_PER_TASK",
                "4"));
    environment.putAll(more);
    return Shell.run(environment, "sh", script.toString());
  }

  @Test
  void aScriptNamesWhatTheJobNeedsAndRuns() {
    String script =
        script("-N", "2", "--ntasks-per-node", "1", "-c", "4", "-t", "10", "--", "load", "my dir");
    assertTrue(
        script.startsWith(
            """
            #!/bin/sh
            # Made by: sheaf submit -N 2 --ntasks-per-node 1 -c 4 -t 10 -- load 'my dir'
            #SBATCH --job-name=sheaf-load
            #SBATCH --nodes=2
            #SBATCH --ntasks-per-node=1
            #SBATCH --cpus-per-task=4
            #SBATCH --time=10

            set -- load 'my dir' --threads 4
            """),
        script);
    assertFalse(script.contains(">>>"), script);
    assertFalse(script.contains("\n\n\n"), script);
  }

  @Test
  void everyOptionOfSbatch() {
    String script =
        script(
            "--nodes=3-4",
            "--ntasks=8",
            "--time=1:30:00",
            "--partition=short",
            "--mem=16G",
            "--job-name=mine",
            "--account=me",
            "--output=job-%j.out",
            "pi",
            "--threads=2");
    assertTrue(
        script.contains(
            """
            #SBATCH --nodes=3-4
            #SBATCH --ntasks=8
            #SBATCH --time=1:30:00
            #SBATCH --partition=short
            #SBATCH --mem=16G
            #SBATCH --job-name=mine
            #SBATCH --account=me
            #SBATCH --output=job-%j.out

            set -- pi --threads=2
            """),
        script);
    assertTrue(
        script("-n", "8", "-p", "short", "-J", "mine", "-A", "me", "-o", "x", "hello")
            .contains(
                """
                #SBATCH --ntasks=8
                #SBATCH --partition=short
                #SBATCH --job-name=mine
                #SBATCH --account=me
                #SBATCH --output=x

                set -- hello
                """));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pmix", "pmi2"})
  void theScriptStartsRanksBySrun(String mpi) throws IOException {
    Path file = directory.resolve("job");
    Files.writeString(file, script("--mpi", mpi, "-c", "4", "load", "it's", "--delay", "0"));
    Shell job = job(file);
    assertEquals(7, job.status(), job.toString());
    assertEquals(
        List.of(
            "ring 4 4",
            "--mpi=" + mpi,
            "--kill-on-bad-exit=1",
            SHEAF,
            "load",
            "it's",
            "--delay",
            "0",
            "--threads",
            "4"),
        job.out().lines().toList());
  }

  @Test
  void theScriptStartsRanksByMpirun() throws IOException {
    Path file = directory.resolve("job");
    Files.writeString(file, script("--mpi", "mpirun", "hello"));
    Shell job = job(file);
    assertEquals(7, job.status(), job.toString());
    List<String> lines = job.out().lines().toList();
    assertEquals("4", lines.getFirst().strip(), "threads of native libraries");
    assertEquals(List.of("-n", "6", SHEAF, "hello"), lines.subList(lines.size() - 4, lines.size()));
  }

  /// As they are in the repository, to be edited by hand.
  @ParameterizedTest
  @ValueSource(strings = {"run/slurm.sbatch", "run/slurm-mpirun.sbatch"})
  void theScriptsToEdit(String script) throws IOException {
    Shell job = job(Path.of(script));
    assertEquals(7, job.status(), job.toString());
    assertTrue(job.out().endsWith("\n" + SHEAF + "\nload\nout/images\n"), job.toString());
    String text = Files.readString(Path.of(script));
    assertEquals(2, text.lines().filter(line -> line.startsWith("# >>>")).count());
  }

  private Path written(String... words) throws IOException {
    return Files.writeString(directory.resolve("job"), script(words));
  }

  /// What the ranks get, behind the path of `sheaf`.
  private String ranks(Path script, Map<String, String> environment) throws IOException {
    Shell job = job(script, 0, environment);
    assertEquals(0, job.status(), job.toString());
    return job.out().substring(job.out().indexOf(SHEAF) + SHEAF.length()).replaceAll("\\R", " ");
  }

  @Test
  void aTaskOfAnArrayDoesItsPartAndAFurtherJobGathers() throws IOException {
    Path script = written("--array", "3%2", "load", "x");
    assertTrue(
        Files.readString(script)
            .contains(
                "# Submit it twice: id=$(sbatch --parsable --array=0-2%2 JOB); sbatch --dependency=afterany:$id JOB\n"));
    assertEquals(" load x --part 2/3 ", ranks(script, Map.of("SLURM_ARRAY_TASK_ID", "2")));
    assertEquals(" load x --resume ", ranks(script, Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pmix", "mpirun"})
  void whatSlurmStartsAgainGoesOn(String mpi) throws IOException {
    Path script = written("--mpi", mpi, "load", "x");
    assertEquals(" load x ", ranks(script, Map.of("SLURM_RESTART_COUNT", "0")));
    assertEquals(" load x --resume ", ranks(script, Map.of("SLURM_RESTART_COUNT", "1")));
  }

  /// Not for ever, and not against the will of who has cancelled it.
  @ParameterizedTest
  @CsvSource({
    "75, 0, RUNNING, true",
    "75, 2, RUNNING, false",
    "75, 0, COMPLETING, false",
    "7, 0, RUNNING, false"
  })
  void aRunThatEndedEarlyGoesIntoTheQueueAgain(
      int status, String restarts, String state, boolean again) throws IOException {
    Path script = written("--requeue", "2", "load", "x");
    assertTrue(
        Files.readString(script).contains("\n#SBATCH --requeue\n#SBATCH --open-mode=append\n"));
    Path asked = directory.resolve("asked");
    path("scontrol", "[ \"$1\" = requeue ] && echo \"$2\" > " + asked + "; echo JobState=" + state);
    assertEquals(status, job(script, status, Map.of("SLURM_RESTART_COUNT", restarts)).status());
    assertEquals(again, Files.exists(asked));
    if (again) {
      assertEquals("1\n", Files.readString(asked));
    }
  }

  /// The job id of an array's last task is also that of all of them.
  @Test
  void aTaskThatEndedEarlyGoesIntoTheQueueAgainAlone() throws IOException {
    Path script = written("--array", "3", "--requeue", "2", "load", "x");
    Path asked = directory.resolve("asked");
    path("scontrol", "echo \"$@\" >> " + asked + "; echo JobState=RUNNING");
    Map<String, String> task = Map.of("SLURM_ARRAY_JOB_ID", "1", "SLURM_ARRAY_TASK_ID", "2");
    assertEquals(75, job(script, 75, task).status());
    assertEquals(List.of("--oneliner show job 1_2", "requeue 1_2"), Files.readAllLines(asked));
  }

  @Test
  void lostRanksAreStartedAgain() throws IOException {
    Shell job = job(written("--relaunch", "1", "load", "x"), 3, Map.of());
    assertEquals(3, job.status(), job.toString());
    assertEquals(2, job.out().split(SHEAF, -1).length - 1, job.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          submit | sheaf submit: Missing required parameter: 'WORDS'
          submit -N | sheaf submit: Missing required parameter for option '--nodes'
          submit --nodse 2 hello | sheaf submit: Unknown option: '--nodse'
          submit --mpi lam hello | 'lam'
          submit -J a;b hello | sheaf submit: --job-name 'a;b': blanks and such are not for
          submit -- load x --rsize=4x4 | sheaf load: Unknown option: '--rsize=4x4'
          submit load x --resize big | sheaf submit: --resize big: not WIDTHxHEIGHT
          submit load | sheaf load: Missing required parameter: 'DIR|GLOB|LIST'
          submit laod x | 'laod'
          submit sample | sheaf sample: is not what a job can run
          submit submit hello | sheaf submit: is not what a job can run
          submit hello --ranks 4 | sheaf submit: --ranks is for embedded ranks; a job's are its tasks
          submit --array 0 hello | sheaf submit: --array 0: must be a number of tasks, as 100 or 100%10
          submit --array 2 hello | sheaf submit: --part: what hello does is not kept for the other
          submit --array 1-5 hello | sheaf submit: --array 1-5: must be a number of tasks
          submit --requeue -1 hello | sheaf submit: --requeue -1: must not be negative
          submit hello --threads 0 | sheaf submit: --threads 0: must be at least 1
          """)
  void mistakesAreToldNow(String words, String expected) {
    Cli cli = Cli.run(words.split(" "));
    assertEquals(2, cli.status(), cli.err());
    assertEquals("", cli.out());
    assertTrue(cli.err().contains(expected), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
  }

  private Shell submit(String path) {
    return submit(path, "-N", "2", "--submit", "hello");
  }

  private Shell submit(String path, String... words) {
    List<String> command = Jvm.command(List.of(), Main.class, "submit");
    command.addAll(List.of(words));
    return Shell.run(Map.of("PATH", path), command.toArray(String[]::new));
  }

  @Test
  void submitsAnArray() throws IOException {
    Path received = directory.resolve("received");
    path("scontrol", "echo 'MaxArraySize            = 1001'");
    String path =
        path("sbatch", "cat >/dev/null; echo \"$@\" >> " + received + "; wc -l < " + received);
    Shell run = submit(path, "--array", "1001%9", "--submit", "pi");
    assertEquals(new Shell(0, "1\n2\n", ""), run);
    assertEquals(
        "--parsable --array=0-1000%9\n--parsable --dependency=afterany:1\n",
        Files.readString(received));
    Shell refused = submit(path, "--array", "1002", "pi");
    assertEquals(
        new Shell(
            2,
            "",
            "sheaf submit: --array 1002: SLURM takes at most 1001 tasks here (MaxArraySize); give fewer, each does more items\n"),
        refused);
  }

  @Test
  void submits() throws IOException {
    Path received = directory.resolve("received");
    Shell run = submit(path("sbatch", "cat > " + received + "; echo \"42;lab\"; echo note >&2"));
    assertEquals(new Shell(0, "42\n", ""), run);
    assertTrue(Files.readString(received).contains("#SBATCH --nodes=2\n\nset -- hello\n"));
  }

  @Test
  void sbatchRefuses() throws IOException {
    Shell run = submit(path("sbatch", "echo 'sbatch: error: no partition' >&2; exit 1"));
    assertEquals(new Shell(2, "", "sheaf submit: sbatch: error: no partition\n"), run);
  }

  @Test
  void noSbatch() {
    Shell run = submit(directory.toString());
    assertEquals(
        new Shell(
            2,
            "",
            "sheaf submit: --submit: no sbatch on the path; without --submit the script is printed\n"),
        run);
  }
}
