package dev.sheaf.cli;

import dev.sheaf.workload.Predict;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `sheaf predict`.
@Command(
    name = "predict",
    description = "Predict the class of each row of a table by a forest; out/predictions.csv.")
final class PredictCommand extends WorkloadCommand {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "forest.json, as sheaf forest writes it.")
  private Path model;

  @Parameters(
      index = "1",
      paramLabel = "TABLE",
      description =
          "A .parquet, .csv, .tsv, .csv.gz or .npy with the columns that the forest was trained on.")
  private Path table;

  @Override
  Workload workload(long seed) {
    return new Predict(model, table);
  }
}
