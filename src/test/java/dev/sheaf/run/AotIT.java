package dev.sheaf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packed jar with an AOT cache that was made where the jar had another path, as `make` makes
/// it.
class AotIT {
  @TempDir private Path directory;

  private Shell sh(String script) {
    Shell run = Shell.run(Map.of(), "sh", "-c", "cd " + directory + " && " + script);
    assertEquals(0, run.status(), run.toString());
    return run;
  }

  @Test
  void submitFromAnotherDirectory() throws IOException {
    Path home = Files.createDirectories(directory.resolve("home/target")).getParent();
    Files.copy(Path.of("target/sheaf.jar"), home.resolve("target/sheaf.jar"));
    Shell copied = Shell.run(Map.of(), "cp", "-r", "run", home.toString());
    assertEquals(0, copied.status(), copied.toString());
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    sh(
        "cd home && "
            + java
            + " -XX:+UseSerialGC -XX:AOTCacheOutput=target/sheaf.aot"
            + " -cp target/sheaf.jar dev.sheaf.cli.Main submit hello");
    assertTrue(Files.exists(home.resolve("target/sheaf.aot")));
    Shell run = sh("home/run/sheaf submit hello");
    assertTrue(run.out().contains("\nhome=" + home.toRealPath() + "/run/..\n"), run.toString());
  }
}
