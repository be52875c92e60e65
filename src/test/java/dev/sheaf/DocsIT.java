package dev.sheaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The blocks of the documents that are marked `sh run`, which the site shows with what they print.
class DocsIT {
  @TempDir private Path directory;

  @Test
  void theExampleOfEachCommandRuns() throws IOException {
    for (String name : List.of("target", "run", "src")) {
      Files.createSymbolicLink(directory.resolve(name), Path.of(name).toAbsolutePath());
    }
    String commands =
        Page.read("src/docs/commands.md").blocks("sh run").collect(Collectors.joining("\n"));
    Shell run = Shell.run(Map.of(), "bash", "-euc", "cd '" + directory + "'\n" + commands);
    for (String name : List.of("target", "run", "src")) {
      Files.delete(directory.resolve(name));
    }
    assertEquals(0, run.status(), run.toString());
    assertTrue(run.out().contains("load/images.npy: uint8 (12, 64, 64, 3)"), run.out());
    assertTrue(run.out().contains("exit status 1\nexit status 0"), run.out());
    assertTrue(run.out().endsWith("sheaf\n"), run.out());
  }
}
