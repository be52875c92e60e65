package dev.sheaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Needs;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The site of the documents is made, as by `make docs`, and with it every block of commands is run
/// that needs nothing but this machine.
class DocsIT {
  /// All blocks of all pages; each has a bound of its own.
  private static final long SECONDS = 600;

  private final Path site = Path.of("target", "docs");

  @Test
  void allBlocksOfTheDocumentsRun() throws IOException {
    Shell made =
        Shell.run(
            SECONDS,
            Map.of(),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "src/site/Site.java",
            site.toString());
    assertEquals(0, made.status(), made.toString());
    String commands = Files.readString(site.resolve("commands.html"));
    assertTrue(commands.contains("load/images.npy: uint8 (200, 64, 64, 3)"), commands);
    assertTrue(commands.contains("exit status 1\nexit status 0"), commands);
    assertTrue(commands.contains("<a href=\"reports/commands/load.html\">"), commands);
    String library = Files.readString(site.resolve("library.html"));
    assertEquals(3, library.split("\n3\\.14158|>3\\.14158", -1).length - 1, library);
    assertTrue(library.contains("Add up 1/k^s."), library);
    // Python: float(sum(Fraction((k + 1) ** -2.0) for k in range(1000)))
    assertTrue(library.contains("\n1.6439345666815597\n1.6439345666815597\n"), library);
    String comingFrom = Files.readString(site.resolve("coming-from.html"));
    // Python: sum(x * x for x in range(1000))
    assertTrue(comingFrom.contains(">332833500\n332833500\n"), comingFrom);
    try (Stream<Path> reports = Files.list(site.resolve("reports/commands"))) {
      assertTrue(reports.count() >= 16, "a report of each command that does work");
    }
    Needs.that(!made.err().contains(": not run, as there is no "), made.err());
  }
}
