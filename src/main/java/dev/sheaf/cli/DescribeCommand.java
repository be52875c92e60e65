package dev.sheaf.cli;

import dev.sheaf.workload.Describe;
import dev.sheaf.workload.Workload;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `sheaf describe`.
@Command(
    name = "describe",
    description = {
      "Count, nulls, mean, deviation, least, quartiles and greatest of every column of numbers;",
      "out/describe.csv."
    })
final class DescribeCommand extends WorkloadCommand {
  @Parameters(
      paramLabel = "FILES",
      arity = "1..*",
      description =
          "Parquet or CSV (.csv, .tsv, .csv.gz): files, directories, globs or lists of them.")
  private List<String> files;

  @Override
  Workload workload(long seed) {
    return new Describe(files);
  }
}
