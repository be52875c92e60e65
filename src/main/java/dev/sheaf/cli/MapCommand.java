package dev.sheaf.cli;

import dev.sheaf.workload.LoopInputs;
import dev.sheaf.workload.OwnLoop;
import dev.sheaf.workload.Seeds;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sheaf map`.
@Command(
    name = "map",
    description = {
      "Run a loop of your own in parallel: the body is a class in a Java source file that implements",
      "dev.sheaf.Task (Object apply(Item item)). Results in order: out/results.csv, .npy or .jsonl."
    })
final class MapCommand extends WorkloadCommand {
  @Parameters(
      paramLabel = "FILE.java",
      description = "The source file; it is compiled on each rank.")
  private Path source;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Inputs inputs;

  /// What the loop is over.
  private static final class Inputs {
    @Option(
        names = "--items",
        paramLabel = "DIR|GLOB|FILE",
        description = "Over files: those of a directory, or that match a quoted pattern.")
    private String files;

    @Option(
        names = "--lines",
        paramLabel = "FILE",
        description = "Over the lines of a text file, but for empty ones.")
    private Path lines;

    @Option(
        names = {"--range", "--seeds"},
        paramLabel = "LIST",
        description = "Over numbers: 0..999 or 4,7-17, both ends included.")
    private String numbers;

    private LoopInputs get() {
      if (files != null) {
        return new LoopInputs.OfFiles(files);
      }
      return lines != null
          ? new LoopInputs.OfLines(lines)
          : new LoopInputs.OfNumbers(Seeds.parse(numbers));
    }
  }

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description =
          "Of the results: csv, npy or jsonl; the plainest that they fit into, if not given.",
      showDefaultValue = Visibility.NEVER)
  private OwnLoop.Format format;

  @Override
  Workload workload(long seed) {
    return new OwnLoop(source, inputs.get(), format);
  }
}
