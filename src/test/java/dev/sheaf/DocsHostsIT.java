package dev.sheaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.Needs;
import dev.sheaf.testing.Page;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The blocks of commands in the documents that need two hosts, or SLURM, are run as they stand,
/// but for the numbers of cores and of tasks of an array, which are smaller here.
class DocsHostsIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @RegisterExtension static final Cluster CLUSTER = Cluster.slurm();

  @BeforeAll
  static void need() {
    Needs.command("mpirun.openmpi", "openmpi-bin");
  }

  /// A block, named by its page and first line.
  record Block(Path page, String content) {
    @Override
    public String toString() {
      return page.getFileName() + ": " + content.lines().findFirst().orElseThrow();
    }
  }

  static List<Block> blocks() throws IOException {
    List<Block> blocks = new ArrayList<>();
    Page.files()
        .forEach(page ->
            Page.read(page).blocks().stream()
                .filter(block -> block.info().matches("sh needs (two hosts|SLURM).*"))
                .forEach(block -> blocks.add(new Block(page, block.content()))));
    return blocks;
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void runs(Block block) throws IOException {
    Path shared = Files.createTempDirectory(CLUSTER.shared(), "docs");
    Path work = Files.createDirectories(shared.resolve("work/out")).getParent();
    for (String name : List.of("run", "hostfiles", "target")) {
      Files.createSymbolicLink(work.resolve(name), Path.of(name).toAbsolutePath());
    }
    Path images = shared.resolve("images");
    bash(work, "run/sheaf sample images %s -n 6".formatted(images));
    Files.createSymbolicLink(work.resolve("out/images"), images);
    Files.writeString(work.resolve("jobs.txt"), "echo one\necho two\n");
    String commands =
        block
            .content
            .replace("/shared", shared.toString())
            .replaceAll("-c \\d+", "-c 1")
            .replace("--array 100%10", "--array 3%2");

    String printed = bash(work, commands);
    for (String line : printed.lines().toList()) {
      if (line.matches("\\d+")) {
        awaitJob(line, work);
      }
    }

    if (commands.contains(" hello\n")) {
      assertTrue(printed.contains("\nrank 1 of 2 on node2, "), printed);
    }
    Path out = (commands.contains("--out") ? shared : work).resolve("out");
    assertEquals(commands.contains("load "), hasContent(out.resolve("images.npy")));
    assertEquals(commands.contains("jobs "), hasContent(out.resolve("status.tsv")));
  }

  private static boolean hasContent(Path file) throws IOException {
    return Files.exists(file) && Files.size(file) > 0;
  }

  /// Runs the lines on the host `head`; those behind `salloc`, which starts a shell, in that.
  ///
  /// @return standard output
  private static String bash(Path work, String lines) throws IOException {
    String allocation = lines.startsWith("salloc ") ? lines.lines().findFirst().orElseThrow() : "";
    Files.writeString(work.resolve("lines"), lines.substring(allocation.length()));
    Shell run =
        CLUSTER.run("head", "sh", "-c", "cd %s && %s bash -e lines".formatted(work, allocation));
    assertEquals(0, run.status(), run.toString());
    return run.out();
  }

  private static void awaitJob(String id, Path work) throws IOException {
    List<String> states = CLUSTER.awaitJob(id, LIMIT);
    if (states.isEmpty() || !states.stream().allMatch("COMPLETED"::equals)) {
      StringBuilder outputs = new StringBuilder();
      try (Stream<Path> files = Files.list(work)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".out")).toList()) {
          outputs.append(Files.readString(file));
        }
      }
      throw new AssertionError("job " + id + ": " + states + "\n" + outputs);
    }
  }
}
