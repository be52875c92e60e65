package dev.sheaf.cli;

import dev.sheaf.expression.Expression;
import dev.sheaf.workload.Tips;
import dev.sheaf.workload.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sheaf tips`.
@Command(
    name = "tips",
    description = {
      "How a ratio of columns is distributed: counts, means, quantiles; out/tips.csv, a line a",
      "label, out/tips-bins.csv; their histogram with a logarithmic axis, out/tips.png and .svg."
    })
final class TipsCommand extends TableCommand {
  @Option(
      names = "--ratio",
      paramLabel = "A/B",
      defaultValue = "tip_amount/fare_amount",
      description = "What is counted: columns and numbers with + - * / and parentheses.")
  private String ratio;

  @Option(
      names = "--bins",
      paramLabel = "N",
      defaultValue = "200",
      description = "How many bins, of equal width.")
  private int bins;

  @Option(
      names = "--range",
      paramLabel = "LOW:HIGH",
      defaultValue = "0.01:2",
      description = "Where the bins begin and end; the last one has its upper end.")
  private String range;

  @Override
  Workload workload(long seed) {
    Expression value = read("--ratio", () -> Expression.number(ratio));
    return new Tips("tips", labels(), new Tips.Question(value, where(), bins, range(range), true));
  }
}
