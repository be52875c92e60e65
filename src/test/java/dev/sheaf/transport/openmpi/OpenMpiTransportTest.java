package dev.sheaf.transport.openmpi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.cli.Main;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.testing.Shell;
import dev.sheaf.transport.mpi.Endings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How ranks of the transport `openmpi` start and end; what they do between is in the contract.
class OpenMpiTransportTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @BeforeAll
  static void need() {
    MpiLauncher.needJavaBindings();
  }

  private static Ended run(Map<String, String> environment, List<String> command) {
    return MpiLauncher.OPEN_MPI.start(2, environment, command).await(LIMIT);
  }

  private static Ended hello(Map<String, String> environment, String... words) {
    return run(environment, MpiLauncher.java(Main.class, words));
  }

  /// Of [Endings] those that end in the bindings in another way than in `mpi`.
  @ParameterizedTest
  @CsvSource({
    "exception, 3, IllegalStateException: boom",
    "resource, 3, IllegalStateException: boom",
    "thread, 3, IllegalStateException: boom",
    "exit, 3, the JVM exits before the program has returned",
    "abort, 5, enough",
    "truncation, 3, MPI_ERR_TRUNCATE: message truncated"
  })
  void oneRankEndsAll(String ending, int status, String message) {
    Ended ended = run(Map.of("TEST_TRANSPORT", "openmpi"), MpiLauncher.java(Endings.class, ending));
    assertEquals(status, ended.status(), ended.toString());
    assertEquals(1, ended.err().split("sheaf: ", -1).length - 1, ended.toString());
    assertTrue(ended.err().contains("sheaf: rank 1 on "), ended.toString());
    assertTrue(ended.err().contains(message), ended.toString());
  }

  @Test
  void aStatus() {
    Ended ended =
        run(Map.of("TEST_TRANSPORT", "openmpi"), MpiLauncher.java(Endings.class, "status"));
    assertEquals(1, ended.status(), ended.toString());
    assertFalse(ended.err().contains("sheaf: "), ended.toString());
  }

  @Test
  void theNamedJarIsTaken(@TempDir Path directory) throws Exception {
    Path jar = Files.copy(Path.of("target/mpi.jar"), directory.resolve("bindings.jar"));
    Ended ended =
        hello(
            Map.of("SHEAF_MPI_JAR", "/none.jar"),
            "hello",
            "--transport",
            "openmpi",
            "--mpi-jar",
            jar.toString());
    assertEquals(0, ended.status(), ended.toString());
    assertEquals(2, ended.out().split(", openmpi \\(Open MPI v", -1).length - 1, ended.toString());
    assertEquals("", ended.err());
  }

  /// For want of one beside Sheaf's own classes, and of a variable.
  @Test
  void theJarOfTheInstallationIsTaken(@TempDir Path directory) throws Exception {
    Path classes = Path.of("target/classes").toAbsolutePath();
    Path elsewhere = directory.resolve("classes");
    Shell.run(Map.of(), "cp", "-r", classes.toString(), elsewhere.toString());
    Path library = Files.createDirectory(directory.resolve("lib"));
    Path jar = Files.copy(Path.of("README.md"), library.resolve("mpi.jar"));
    Path tool =
        Files.writeString(
            directory.resolve("ompi_info"),
            "#!/bin/sh\n[ \"$*\" != '--path libdir --parsable' ] || echo path:libdir:" + library);
    assertTrue(tool.toFile().setExecutable(true));
    List<String> command =
        new ArrayList<>(MpiLauncher.java(Main.class, "hello", "--transport", "openmpi"));
    command.replaceAll(word -> word.replace(classes + ":", elsewhere + ":"));
    command.add(1, "PATH=" + directory + ":" + System.getenv("PATH"));
    Ended wrong = run(Map.of(), command);
    assertTrue(wrong.err().contains(jar + ": not the Java bindings"), wrong.toString());
    Files.copy(Path.of("target/mpi.jar"), jar, StandardCopyOption.REPLACE_EXISTING);
    Ended ended = run(Map.of(), command);
    assertEquals(0, ended.status(), ended.toString());
    assertEquals(2, ended.out().split(", openmpi \\(Open MPI v", -1).length - 1, ended.toString());
  }

  @Test
  void anotherJarIsToldAsSuch(@TempDir Path home) throws Exception {
    Ended none = hello(Map.of("SHEAF_MPI_JAR", "/none.jar"), "hello", "--transport", "openmpi");
    assertEquals(2, none.status(), none.toString());
    assertTrue(none.err().contains("sheaf: mpi.jar /none.jar: no such file"), none.toString());
    Path other = home.resolve("lib/mpi.jar");
    Files.createDirectory(other.getParent());
    Files.copy(Path.of("README.md"), other);
    Ended wrong = hello(Map.of("MPI_HOME", home.toString()), "hello", "--transport", "openmpi");
    assertEquals(2, wrong.status(), wrong.toString());
    assertTrue(
        wrong.err().contains("sheaf: " + other + ": not the Java bindings of Open MPI"),
        wrong.toString());
  }
}
