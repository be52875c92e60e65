package dev.sheaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    StringBuilder out = new StringBuilder();
    for (String commands : Page.read("src/docs/commands.md").blocks("sh run").toList()) {
      Shell run = Shell.run(Map.of(), "bash", "-euc", "cd '" + directory + "'\n" + commands);
      assertEquals(0, run.status(), commands + run);
      out.append(run.out());
    }
    for (String name : List.of("target", "run", "src")) {
      Files.delete(directory.resolve(name));
    }
    String all = out.toString();
    assertTrue(all.contains("load/images.npy: uint8 (12, 64, 64, 3)"), all);
    assertTrue(all.contains("exit status 1\nexit status 0"), all);
    assertTrue(all.endsWith("sheaf\n"), all);
  }
}
