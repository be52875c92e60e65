package dev.sheaf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.CudaStub;
import dev.sheaf.testing.Needs;
import dev.sheaf.testing.Page;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The site of the documents is made, as by `make docs`, and with it every block of commands is run
/// that needs nothing but this machine. The others that a machine alone can run are run too.
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

  private static String block(String page, String info) {
    return Page.read(Path.of(page)).blocks().stream()
        .filter(block -> block.info().equals(info))
        .findFirst()
        .orElseThrow()
        .content();
  }

  /// Runs lines of a shell in a directory.
  private static Shell bash(Map<String, String> environment, Path directory, String lines) {
    String script = "cd '%s'\n%s".formatted(directory.toAbsolutePath(), lines);
    Shell run = Shell.run(SECONDS, environment, "bash", "-euc", script);
    assertEquals(0, run.status(), run.toString());
    return run;
  }

  /// On the stub of CUDA's libraries, with smaller matrices: what comes out is what plain Java
  /// computes.
  @Test
  void theBlockForAGpuRunsOnItsStub(@TempDir Path directory) throws IOException {
    Path libraries = Files.createDirectory(directory.resolve("lib"));
    CudaStub.compile(libraries);
    Files.createSymbolicLink(directory.resolve("run"), Path.of("run").toAbsolutePath());
    String command =
        block("src/docs/gpu.md", "sh needs a GPU").replace("5000x5000x5000", "500x400x300");
    Map<String, String> gpu = CudaStub.environment(libraries, 1, "1000000000");
    Shell run = bash(gpu, directory, command);
    assertTrue(run.err().contains("cuBLAS on GPU 0 (Stub 0)"), run.err());
    byte[] product = Files.readAllBytes(directory.resolve("out/product.npy"));

    bash(Map.of(), directory, command.replace("--device gpu", "--library java --restart"));

    assertArrayEquals(Files.readAllBytes(directory.resolve("out/product.npy")), product);
  }

  /// In an empty directory, from a repository of the files as they are here, but for most of the
  /// tests: those run already.
  @Test
  void theFirstBlockOfTheReadmeRuns(@TempDir Path directory) throws IOException {
    Needs.command("git", "git");
    Needs.command("make", "make");
    Path repository = Files.createDirectory(directory.resolve("repository"));
    bash(
        Map.of(),
        Path.of(""),
        """
        cp -r --parents Makefile pom.xml run src/main src/module src/mpi src/test/resources \\
          src/test/java/dev/sheaf/files src/test/java/dev/sheaf/testing '%s'
        """
            .formatted(repository));
    bash(
        Map.of(),
        repository,
        """
        git init -q
        git add .
        git -c user.name=test -c user.email=test commit -qm 'The files as they are'
        """);
    Path empty = Files.createDirectory(directory.resolve("empty"));

    Shell run =
        bash(
            Map.of(),
            empty,
            block("README.md", "sh needs a network and half an hour")
                .replace("…", repository.toString()));

    assertTrue(run.out().contains("\nout/images.npy: uint8 (1000, 424, 424, 3)\n"), run.toString());
    assertTrue(run.out().contains("Tests run: "), run.toString());
  }
}
