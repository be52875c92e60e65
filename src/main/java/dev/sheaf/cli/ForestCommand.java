package dev.sheaf.cli;

import dev.sheaf.workload.Forest;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sheaf forest`.
@Command(
    name = "forest",
    description = {
      "Grow decision trees (CART, Gini) on random parts of a table's rows.",
      "out/forest.json, the model; out/forest.csv, a line a tree; out/confusion.csv."
    })
final class ForestCommand extends WorkloadCommand {
  @Parameters(
      paramLabel = "TABLE",
      description =
          "A .parquet, a .csv, .tsv or .csv.gz with a line of names, or a two-dimensional .npy.")
  private Path table;

  @Option(
      names = "--target",
      paramLabel = "COLUMN",
      required = true,
      description = "The column of the classes; all others are learnt from.")
  private String target;

  @Option(
      names = "--trees",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many trees: the items.")
  private int trees;

  @Option(
      names = "--sample",
      paramLabel = "PART",
      defaultValue = "0.8",
      description = "Part of the rows that each tree sees, drawn without replacement.")
  private double sample;

  @Option(
      names = "--replicate",
      paramLabel = "R",
      defaultValue = "1",
      description = "Take the table so many times.")
  private int replicate;

  @Option(
      names = "--max-depth",
      paramLabel = "D",
      description = "The longest path of a tree (no limit).")
  private Integer maxDepth;

  @Option(
      names = "--no-fold",
      description = "Learn from equal rows one by one: the same trees, more slowly.")
  private boolean noFold;

  @Override
  Workload workload(long seed) {
    int depth = maxDepth == null ? Integer.MAX_VALUE : maxDepth;
    return new Forest(table, target, trees, sample, replicate, depth, !noFold);
  }
}
