package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.expression.Expression;
import dev.sheaf.workload.TableLabel;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A subcommand that counts rows of tables in bins.
abstract class TableCommand extends WorkloadCommand {
  @Parameters(
      paramLabel = "FILES",
      arity = "0..*",
      description =
          "Parquet or CSV (.csv, .tsv, .csv.gz): files, directories, globs or lists of them.")
  private List<String> files = List.of();

  @Option(
      names = "--label",
      paramLabel = "NAME=GLOB",
      description = "Instead of FILES, once for each kind of them: counted apart.")
  private List<String> labels = List.of();

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description = {
        "Which rows count: comparisons of columns and numbers with and, or, not, + - * /, 'is null';",
        "times in single quotes, odd names in double ones."
      })
  private String where;

  /// The files.
  List<TableLabel> labels() {
    return TableLabel.of(files, labels);
  }

  /// The condition, or `null`.
  Expression where() {
    return where == null ? null : read("--where", () -> Expression.condition(where));
  }

  /// Reads an expression.
  static Expression read(String option, java.util.function.Supplier<Expression> reader) {
    try {
      return reader.get();
    } catch (InputException e) {
      throw new InputException(option + " " + e.getMessage(), e);
    }
  }

  /// The two ends of `LOW:HIGH`.
  static double[] range(String text) {
    String[] ends = text.split(":", -1);
    try {
      if (ends.length == 2) {
        return new double[] {Double.parseDouble(ends[0]), Double.parseDouble(ends[1])};
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    throw new InputException("--range " + text + ": write LOW:HIGH, as 0.01:2");
  }
}
