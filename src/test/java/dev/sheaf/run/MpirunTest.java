package dev.sheaf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The command lines that `run/mpirun` makes, with launchers that only tell their version on a path
/// that has nothing else.
class MpirunTest {
  private static final String SHEAF = Path.of("run/sheaf").toAbsolutePath().toString();
  private static final String OPEN_MPI = "mpirun (Open MPI) 4.1.4";
  private static final String MPICH = "HYDRA build details:";

  @TempDir private Path directory;
  private Path path;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void tools() throws IOException {
    path = Files.createDirectory(directory.resolve("path"));
    for (String tool : new String[] {"awk", "sed", "sort", "dirname", "readlink", "env"}) {
      stub(tool, "exec " + tool(tool) + " \"$@\"");
    }
    // Root and the number of cores are this test's own; the look-up knows names that begin so.
    stub("id", "echo 1000");
    stub("nproc", "echo 4");
    stub("getent", "case $2 in node* | localhost) echo 10.0.0.1 \"$2\" ;; *) exit 2 ;; esac");
    environment.put("PATH", path.toString());
    for (String variable : System.getenv().keySet()) {
      if (variable.matches("(SHEAF_|UCX_|SLURM_).*|JAVA_HOME|LD_LIBRARY_PATH|OMP_NUM_THREADS")) {
        environment.put(variable, "");
      }
    }
  }

  private static Path tool(String name) {
    for (String directory : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(directory, name))) {
        return Path.of(directory, name);
      }
    }
    throw new AssertionError("no " + name + " on the path");
  }

  private void stub(String name, String script) throws IOException {
    Path stub = Files.writeString(path.resolve(name), "#!/bin/sh\n" + script + "\n");
    assertTrue(stub.toFile().setExecutable(true));
  }

  private void launcher(String name, String version) throws IOException {
    stub(name, "[ \"$*\" != --version ] || echo '" + version + "'");
  }

  private Shell mpirun(String... words) {
    List<String> command = new ArrayList<>(List.of("run/mpirun"));
    command.addAll(List.of(words));
    return Shell.run(environment, command.toArray(String[]::new));
  }

  /// The launcher's words, after its path.
  private String line(String... words) {
    List<String> all = new ArrayList<>(List.of("--dry-run"));
    all.addAll(List.of(words));
    Shell run = mpirun(all.toArray(String[]::new));
    assertEquals(0, run.status(), run.toString());
    assertTrue(run.out().startsWith(path + "/"), run.out());
    return run.out().substring(path.toString().length() + 1);
  }

  private void assertMistake(String expected, String... words) {
    Shell run = mpirun(words);
    assertEquals(2, run.status(), run.toString());
    assertEquals("", run.out());
    assertEquals("run/mpirun: " + expected + "\n", run.err());
  }

  private String hostfile(String text) throws IOException {
    return Files.writeString(directory.resolve("hosts"), text).toString();
  }

  @Test
  void openMpiOnThisHost() throws IOException {
    launcher("mpirun", OPEN_MPI);
    assertEquals(
        "mpirun --oversubscribe --bind-to none -n 2 %s load 'a b' --resize 4x4%n".formatted(SHEAF),
        line("-n", "2", "load", "a b", "--resize", "4x4"));
    assertTrue(line("hello").contains(" -n 4 "), "a rank a core");
  }

  @Test
  void openMpiWithMoreRanksThanCoresYields() throws IOException {
    launcher("mpirun", OPEN_MPI);
    assertTrue(line("-n", "5", "hello").contains(" --mca mpi_yield_when_idle 1 "));
    assertFalse(line("-n", "4", "hello").contains("yield"));
  }

  @Test
  void openMpiAsRoot() throws IOException {
    launcher("mpirun", OPEN_MPI);
    stub("id", "echo 0");
    assertTrue(line("hello").startsWith("mpirun --allow-run-as-root "));
  }

  @Test
  void openMpiExportsWhatTheHostsNeed() throws IOException {
    launcher("mpirun", OPEN_MPI);
    environment.putAll(
        Map.of("SHEAF_MPI_LIB", "l.so", "UCX_TLS", "tcp", "JAVA_HOME", "/jdk", "OTHER", "x"));
    String line = line("hello");
    for (String name : new String[] {"SHEAF_MPI_LIB", "UCX_TLS", "JAVA_HOME"}) {
      assertTrue(line.contains(" -x " + name + " "), line);
    }
    assertFalse(line.contains("OTHER"), line);
  }

  @Test
  void mpich() throws IOException {
    launcher("mpirun", MPICH);
    assertEquals("mpirun -n 4 " + SHEAF + " hello\n", line("hello"));
  }

  /// What `mpirun` is decides, as modules put theirs first; a name asks for the other.
  @Test
  void bothMpisInstalled() throws IOException {
    launcher("mpirun.openmpi", OPEN_MPI);
    launcher("mpiexec.hydra", MPICH);
    assertTrue(line("hello").startsWith("mpirun.openmpi "));
    launcher("mpirun", MPICH);
    assertTrue(line("hello").startsWith("mpirun "));
    assertTrue(line("--mpi", "openmpi", "hello").startsWith("mpirun.openmpi "));
    launcher("mpirun", OPEN_MPI);
    assertTrue(line("--mpi", "mpich", "hello").startsWith("mpiexec.hydra "));
  }

  @Test
  void noMpi() throws IOException {
    assertMistake(
        "no MPI found on the path; install one (Debian: apt-get install openmpi-bin, or mpich)",
        "hello");
    launcher("mpirun", OPEN_MPI);
    assertMistake(
        "no MPICH found on the path; install it (Debian: apt-get install mpich)",
        "--mpi",
        "mpich",
        "hello");
  }

  @ParameterizedTest
  @CsvSource({
    "openmpi, --host",
    "mpich, -hosts",
  })
  void eitherSpellingOfAHostfile(String mpi, String option) throws IOException {
    launcher("mpirun", mpi.equals("mpich") ? MPICH : OPEN_MPI);
    String file = hostfile("# ours\nnode1 slots=3   # big\n\n  node2:2\nnode3");
    String line = line("--hostfile", file, "hello");
    assertTrue(line.contains(option + " node1:3,node2:2,node3:1 "), line);
    assertTrue(line.contains(" -n 6 "), line);
    assertEquals(mpi.equals("openmpi"), line.contains(" --mca oob_tcp_keepalive_time 2 "), line);
    assertEquals(mpi.equals("openmpi"), line.contains(" --mca prte_keepalive_time 2 "), line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          node1 slots=x | 'x' slots; give a number from 1
          node1:0 | '0' slots; give a number from 1
          node1 4 | '4'; a line is NAME, NAME slots=N or NAME:N
          node1 slots=1 x | 'x'; a line is NAME, NAME slots=N or NAME:N
          web7 slots=1 | unknown host 'web7'; correct it, or add it to DNS or /etc/hosts
          """)
  void badLineOfAHostfile(String text, String expected) throws IOException {
    launcher("mpirun", OPEN_MPI);
    String file = hostfile("localhost\n" + text + "\n");
    assertMistake(file + " line 2: " + expected, "--hostfile", file, "hello");
  }

  @Test
  void noHostfile() throws IOException {
    launcher("mpirun", OPEN_MPI);
    assertMistake("--hostfile none: no such file", "--hostfile", "none", "hello");
    String empty = hostfile("# nobody\n");
    assertMistake(
        "--hostfile " + empty + ": names no host; give one a line", "--hostfile", empty, "hello");
  }

  @Test
  void hostsOfASlurmAllocation() throws IOException {
    launcher("mpirun", OPEN_MPI);
    environment.put("SLURM_JOB_ID", "7");
    environment.put("SLURM_TASKS_PER_NODE", "2(x3),1");
    String line = line("hello");
    assertTrue(line.contains(" -n 7 "), line);
    assertTrue(line.contains(" --mca oob_tcp_keepalive_time 2 "), line);
    assertFalse(line.contains("host"), line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -n 0 hello | -n 0: not a number of ranks; give one from 1
          -n two hello | -n two: not a number of ranks; give one from 1
          -n | -n: what? (see --help)
          -n 2 | which command? For example: run/mpirun -n 2 hello
          --mpi lam hello | --mpi lam: openmpi or mpich
          --ranks 2 hello | unknown option '--ranks'; Sheaf's own come after its command (see --help)
          """)
  void badWords(String words, String expected) throws IOException {
    launcher("mpirun", OPEN_MPI);
    assertMistake(expected, words.split(" "));
  }

  @Test
  void startsTheLauncher() throws IOException {
    stub("mpirun", "if [ \"$*\" = --version ]; then echo 'Open MPI'; else echo \"$@\"; exit 5; fi");
    Shell run = mpirun("-n", "1", "hello");
    assertEquals(5, run.status(), run.toString());
    assertEquals("--oversubscribe --bind-to none -n 1 " + SHEAF + " hello\n", run.out());
  }

  @Test
  void examplesOfHostfiles() throws IOException {
    launcher("mpirun", OPEN_MPI);
    stub("getent", "echo 10.0.0.1 \"$2\"");
    assertTrue(line("--hostfile", "hostfiles/local", "hello").contains(" localhost:2 "));
    assertTrue(line("--hostfile", "hostfiles/two-nodes", "hello").contains(" node1:1,node2:1 "));
    assertTrue(
        line("--hostfile", "hostfiles/heterogeneous", "hello").contains(" big1:4,big2:4,old1:1 "));
  }

  @Test
  void help() {
    Shell run = mpirun("--help");
    assertEquals(0, run.status(), run.toString());
    assertTrue(run.out().contains("--hostfile FILE"), run.out());
    assertFalse(run.out().contains("set -"), run.out());
  }
}
