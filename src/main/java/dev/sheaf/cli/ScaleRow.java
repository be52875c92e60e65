package dev.sheaf.cli;

import dev.sheaf.plot.Scaling;
import dev.sheaf.report.Count;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The seconds of the runs of a way.
///
/// @param serial the seconds of what its speed-up is told against
record ScaleRow(Way way, int runs, double median, double least, double most, double serial) {
  /// How a command was run.
  ///
  /// @param name in a comparison
  record Way(String name, int ranks, int threads) {
    @Override
    public String toString() {
      return Count.of(ranks, "rank") + " x " + Count.of(threads, "thread");
    }
  }

  static ScaleRow of(Way way, double[] seconds, double serial) {
    double least = Arrays.stream(seconds).min().orElseThrow();
    double most = Arrays.stream(seconds).max().orElseThrow();
    return new ScaleRow(way, seconds.length, median(seconds), least, most, serial);
  }

  static double median(double[] seconds) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  int ranks() {
    return way.ranks;
  }

  double speedUp() {
    return serial / median;
  }

  /// Whether its threads are more than the cores that they share.
  boolean crowded(int cores) {
    return (long) way.ranks * way.threads > cores;
  }

  /// The columns that all tables begin with.
  String csv() {
    return "%d,%d,%d,%s,%s,%s".formatted(way.ranks, way.threads, runs, median, least, most);
  }

  /// What the star behind crowded rows means, if there are any.
  static Optional<String> crowd(List<ScaleRow> rows, int cores) {
    return rows.stream().anyMatch(row -> row.crowded(cores))
        ? Optional.of(
            "* more threads than the %s here: what the laws tell is of this machine, not of a larger one"
                .formatted(Count.of(cores, "core")))
        : Optional.empty();
  }

  /// What a law's word for so many ranks rests on.
  static String basis(List<ScaleRow> rows, int ranks) {
    int most = rows.getLast().way.ranks;
    return ranks > most
        ? "extrapolated from at most %d, not measured".formatted(most)
        : "by the law, not measured";
  }

  static double[] ranks(List<ScaleRow> rows) {
    return rows.stream().mapToDouble(ScaleRow::ranks).toArray();
  }

  static List<Scaling.Point> points(List<ScaleRow> rows) {
    return rows.stream()
        .map(row ->
            new Scaling.Point(
                row.ranks(), row.speedUp(), row.serial / row.most, row.serial / row.least))
        .toList();
  }
}
