package dev.sheaf.cli;

import dev.sheaf.workload.SampleTaxi;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sheaf sample taxi`.
@Command(
    name = "taxi",
    description = {
      "Write taxi rides that never were, with the 19 columns of New York's yellow-cab records,",
      "as Parquet."
    })
final class SampleTaxiCommand extends WorkloadCommand {
  @Parameters(paramLabel = "FILE", description = "The file to write: taxi.parquet.")
  private Path file;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "3000000",
      description = "How many rides.")
  private long rows;

  @Override
  Workload workload(long seed) {
    return new SampleTaxi(file, rows);
  }
}
