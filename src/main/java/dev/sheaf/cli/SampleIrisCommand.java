package dev.sheaf.cli;

import dev.sheaf.workload.SampleIris;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `sheaf sample iris`.
@Command(name = "iris", description = "Write Fisher's irises, 150 rows of three species, as CSV.")
final class SampleIrisCommand extends WorkloadCommand {
  @Parameters(paramLabel = "FILE", description = "The file to write: iris.csv.")
  private Path file;

  @Override
  Workload workload(long seed) {
    return new SampleIris(file);
  }
}
