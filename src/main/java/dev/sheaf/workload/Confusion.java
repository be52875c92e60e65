package dev.sheaf.workload;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// How many rows of each class were predicted as which.
final class Confusion {
  private final List<String> classes;
  private final long[][] counts;

  Confusion(List<String> classes) {
    this.classes = classes;
    counts = new long[classes.size()][classes.size()];
  }

  void add(int label, int predicted) {
    counts[label][predicted]++;
  }

  private long right() {
    long right = 0;
    for (int c = 0; c < counts.length; c++) {
      right += counts[c][c];
    }
    return right;
  }

  private long all() {
    long all = 0;
    for (long[] row : counts) {
      for (long count : row) {
        all += count;
      }
    }
    return all;
  }

  /// The part that was predicted right; NaN if there was none to predict.
  double accuracy() {
    return (double) right() / all();
  }

  /// The same in words.
  String line() {
    return all() == 0
        ? "no row to tell by"
        : String.format(Locale.ROOT, "%.6f, %d of %d rows", accuracy(), right(), all());
  }

  /// A line a class, a column for what it was predicted as.
  String csv() {
    StringBuilder table = new StringBuilder("class");
    classes.forEach(name -> table.append(',').append(Csv.quote(name)));
    table.append('\n');
    for (int c = 0; c < counts.length; c++) {
      table.append(Csv.quote(classes.get(c))).append(',');
      table.append(
          Arrays.stream(counts[c]).mapToObj(Long::toString).collect(Collectors.joining(",")));
      table.append('\n');
    }
    return table.toString();
  }
}
