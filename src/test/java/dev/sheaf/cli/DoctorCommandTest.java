package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.testing.Mpj;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DoctorCommandTest {
  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final Path NO_FILE = Path.of("/dev/null");

  @TempDir Path directory;

  /// Runs the doctor without a launcher.
  private Ended doctor(Map<String, String> environment, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("doctor", "--out", directory.toString()));
    command.addAll(List.of(words));
    Path out = directory.resolve("stdout");
    Path err = directory.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(Jvm.command(List.of(), Main.class, command.toArray(String[]::new)))
            .redirectInput(NO_FILE.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroy();
      throw new AssertionError("no end after " + LIMIT + ":\n" + Files.readString(out));
    }
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static void assertLine(String start, Ended ended) {
    assertTrue(ended.out().lines().anyMatch(line -> line.startsWith(start)), start + "\n" + ended);
  }

  @Test
  void thisMachine() throws Exception {
    MpiLauncher.OPEN_MPI.need();
    MpiLauncher.MPICH.need();
    Ended ended = doctor(Map.of());
    assertEquals(0, ended.status(), ended.toString());
    for (String start :
        List.of(
            "ok      jdk: 2",
            "ok      native access: enabled",
            "ok      cores: ",
            "ok      limits: open files ",
            "ok      UCX signals: ",
            "ok      output: ",
            "ok      MPI library: libmpi.so.40: Open MPI v",
            "ok      MPI library: libmpich.so.12: MPICH ")) {
      assertLine(start, ended);
    }
    assertEquals(
        2,
        ended.out().lines().filter(line -> line.startsWith("ok      MPI launcher: ")).count(),
        ended.toString());
    assertTrue(ended.out().contains(": started 2 ranks: mpi (Open MPI v"), ended.toString());
    assertTrue(ended.out().contains(": started 2 ranks: mpi (MPICH "), ended.toString());
    assertTrue(ended.out().endsWith(", 0 failures\n"), ended.toString());
  }

  @Test
  void javaBindingsAndMpjExpress() throws Exception {
    MpiLauncher.needJavaBindings();
    Mpj.need();
    Ended ended = doctor(Map.of("SHEAF_MPI_JAR", "target/mpi.jar"));
    assertLine("ok      Open MPI's mpi.jar: target/mpi.jar: Open MPI v", ended);
    assertTrue(ended.out().contains("/libmpi_java.so"), ended.toString());
    assertLine("ok      MPJ Express: /usr/share/mpj/lib/mpj.jar: MPJ Express 0.44", ended);
    Ended none = doctor(Map.of("SHEAF_MPI_JAR", "/none.jar", "SHEAF_MPJ_JAR", "README.md"));
    assertEquals(0, none.status(), none.toString());
    assertLine("warning Open MPI's mpi.jar: /none.jar: cannot be opened: no such file", none);
    assertLine("warning MPJ Express: README.md: does not start: README.md: cannot be used", none);
  }

  @Test
  void withoutALauncherOnThePath() throws Exception {
    Ended ended = doctor(Map.of("PATH", directory.toString()));
    assertEquals(0, ended.status(), ended.toString());
    assertFalse(ended.out().contains("srun"), ended.toString());
    boolean library = ended.out().contains("ok      MPI library: ");
    assertLine(
        library ? "warning MPI launcher: none on the path" : "warning MPI library: none", ended);
  }

  @Test
  void aLibraryThatIsNotMpi() throws Exception {
    Ended ended = doctor(Map.of("SHEAF_MPI_LIB", "libc.so.6"));
    assertEquals(1, ended.status(), ended.toString());
    assertLine("failure MPI library: libc.so.6: does not start: ", ended);
    assertTrue(ended.out().endsWith(", 1 failure\n"), ended.toString());
    assertEquals("", ended.err());
  }

  @Test
  void aLibraryThatIsNotThere() throws Exception {
    Ended ended = doctor(Map.of("SHEAF_MPI_LIB", "libnone.so"));
    assertEquals(1, ended.status(), ended.toString());
    assertLine("failure MPI library: libnone.so: cannot be opened: ", ended);
  }

  /// Where the library uses UCX, it would end this process; it ends a child.
  @Test
  void aLibraryThatTakesTheSignals() throws Exception {
    MpiLauncher.MPICH.need();
    Ended ended = doctor(Map.of("UCX_ERROR_SIGNALS", "SIGSEGV", "SHEAF_MPI_LIB", "libmpich.so.12"));
    assertEquals(1, ended.status(), ended.toString());
    assertLine("failure UCX signals: UCX_ERROR_SIGNALS=SIGSEGV", ended);
    assertTrue(ended.out().contains(" MPI library: libmpich.so.12: "), ended.toString());
    assertEquals("", ended.err());
  }

  @Test
  void aHostfile() throws Exception {
    Path hosts = Files.writeString(directory.resolve("hosts"), "localhost\nno-such-host.invalid\n");
    Ended ended = doctor(Map.of("SHEAF_MPI_LIB", "libnone.so"), "--hostfile", hosts.toString());
    assertEquals(1, ended.status(), ended.toString());
    assertLine("ok      host localhost: ", ended);
    assertLine("failure host no-such-host.invalid: no address for this name", ended);
  }

  private Ended ranks(MpiLauncher launcher, int ranks, Map<String, String> environment) {
    return launcher
        .start(
            ranks,
            environment,
            MpiLauncher.java(Main.class, "doctor", "--out", directory.toString()))
        .await(LIMIT);
  }

  @ParameterizedTest
  @EnumSource
  void ofOneHost(MpiLauncher launcher) {
    Ended ended = ranks(launcher, 2, Map.of());
    assertEquals(0, ended.status(), ended.toString());
    assertLine("ok      job: 2 ranks on 1 host: ", ended);
    assertLine("ok      MPI library: mpi (", ended);
    assertLine("ok      jdk: 2", ended);
    assertLine("ok      output: " + directory + " is shared", ended);
    assertEquals(1, ended.out().lines().filter(line -> line.startsWith("ok      jdk")).count());
    assertLine("from ", ended);
  }

  /// Between nodes, as far as the transport can tell.
  @ParameterizedTest
  @EnumSource
  void ofTwoNodes(MpiLauncher launcher) {
    Ended ended = ranks(launcher, 4, Map.of("SHEAF_MPI_NODES", "2"));
    assertEquals(0, ended.status(), ended.toString());
    assertLine("ok      job: 4 ranks on 2 hosts: ", ended);
    assertLine("ok      clocks: within ", ended);
    List<String> lines = ended.out().lines().toList();
    int table = lines.indexOf(lines.stream().filter(l -> l.startsWith("from ")).findAny().get());
    assertTrue(lines.get(table + 1).matches("\\S+ +\\S+ +[\\d.]+ +\\d+"), ended.toString());
  }

  /// Each rank is in a directory of its own, where `out` is another one.
  @Test
  void aDirectoryThatIsNotShared() throws Exception {
    for (int rank = 0; rank < 2; rank++) {
      Files.createDirectories(directory.resolve(rank + "/out"));
    }
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of("sh", "-c", "cd " + directory + "/$OMPI_COMM_WORLD_RANK && exec \"$@\"", "sh"));
    command.addAll(MpiLauncher.java(Main.class, "doctor", "--out", "out"));
    Ended ended = MpiLauncher.OPEN_MPI.start(2, Map.of(), command).await(LIMIT);
    assertEquals(1, ended.status(), ended.toString());
    assertLine("failure output: out is not shared by all ranks: ", ended);
    for (int rank = 0; rank < 2; rank++) {
      try (var entries = Files.list(directory.resolve(rank + "/out"))) {
        assertEquals(0, entries.count(), "nothing is left");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theOthersLibrary(MpiLauncher launcher) {
    MpiLauncher other = launcher == MpiLauncher.MPICH ? MpiLauncher.OPEN_MPI : MpiLauncher.MPICH;
    other.need();
    Ended ended = ranks(launcher, 2, Map.of("SHEAF_MPI_LIB", other.library()));
    assertEquals(1, ended.status(), ended.toString());
    assertLine("failure job: 2 processes were started, but each is alone", ended);
  }

  @Test
  void badWords() {
    Cli cli = Cli.run("doctor", "--hostfile", directory.resolve("none").toString());
    assertEquals(2, cli.status());
    assertTrue(cli.err().endsWith(": cannot be read\n"), cli.err());
  }
}
