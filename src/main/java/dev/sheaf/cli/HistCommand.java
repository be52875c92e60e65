package dev.sheaf.cli;

import dev.sheaf.expression.Expression;
import dev.sheaf.workload.Tips;
import dev.sheaf.workload.Workload;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sheaf hist`.
@Command(
    name = "hist",
    description = {
      "How the numbers of a column are distributed: counts, mean, quantiles; out/hist.csv,",
      "out/hist-bins.csv; their histogram, out/hist.png and .svg."
    })
final class HistCommand extends TableCommand {
  @Option(names = "--column", paramLabel = "X", required = true, description = "The column.")
  private String column;

  @Option(
      names = "--bins",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many bins, of equal width.")
  private int bins;

  @Option(
      names = "--range",
      paramLabel = "LOW:HIGH",
      description =
          "Where the bins begin and end; by the values, which are read twice, if not given.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String range;

  @Option(names = "--log", description = "A logarithmic axis of counts.")
  private boolean log;

  @Override
  Workload workload(long seed) {
    return new Tips(
        "hist",
        labels(),
        new Tips.Question(
            Expression.ofColumn(column), where(), bins, range == null ? null : range(range), log));
  }
}
