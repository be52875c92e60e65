package dev.sheaf.cli;

import dev.sheaf.plot.Scaling;
import dev.sheaf.report.Count;
import dev.sheaf.report.ScalingLaw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What `sheaf scale` has measured, as table, CSV and plot.
///
/// @param rows by the number of ranks, that of 1 first; of a comparison in any order
/// @param cores how many the ranks share
record ScaleTable(List<Row> rows, int cores) {
  /// How a command was run.
  ///
  /// @param name in a comparison
  record Way(String name, int ranks, int threads) {
    @Override
    public String toString() {
      return Count.of(ranks, "rank") + " x " + Count.of(threads, "thread");
    }
  }

  /// The seconds of the runs of a way.
  record Row(Way way, int runs, double median, double least, double most) {
    static Row of(Way way, double[] seconds) {
      double[] sorted = seconds.clone();
      Arrays.sort(sorted);
      int half = sorted.length / 2;
      double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
      return new Row(way, sorted.length, median, sorted[0], sorted[sorted.length - 1]);
    }
  }

  private double speedUp(Row row) {
    return rows.getFirst().median / row.median;
  }

  private double efficiency(Row row) {
    return speedUp(row) / row.way.ranks;
  }

  private boolean crowded(Row row) {
    return (long) row.way.ranks * row.way.threads > cores;
  }

  private double[] ranks() {
    return rows.stream().mapToDouble(row -> row.way.ranks).toArray();
  }

  private double[] seconds() {
    return rows.stream().mapToDouble(Row::median).toArray();
  }

  /// The table, the laws, and what they say of `predict` ranks, if that is not 0.
  List<String> lines(int predict) {
    List<String> lines = new ArrayList<>();
    lines.add("ranks  threads  median [s]  least - most [s]   speed-up  efficiency  Karp-Flatt");
    for (Row row : rows) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%5d%s %8d %11.4f %8.4f - %-8.4f %9.2f %10.1f%% %11s",
              row.way.ranks,
              crowded(row) ? "*" : " ",
              row.way.threads,
              row.median,
              row.least,
              row.most,
              speedUp(row),
              100 * efficiency(row),
              row.way.ranks == 1
                  ? "-"
                  : String.format(
                      Locale.ROOT, "%.4f", ScalingLaw.karpFlatt(speedUp(row), row.way.ranks))));
    }
    if (rows.stream().anyMatch(this::crowded)) {
      lines.add(
          "* more threads than the %s here: what the laws tell is of this machine, not of a larger one"
              .formatted(Count.of(cores, "core")));
    }
    if (rows.size() < 2) {
      lines.add("no laws: they need two rank counts");
      return lines;
    }
    ScalingLaw amdahl = ScalingLaw.amdahl(ranks(), seconds());
    lines.add(
        String.format(
            Locale.ROOT,
            "Amdahl: serial fraction %.4f%s; error %.1f%%",
            amdahl.sigma(),
            amdahl.sigma() == 0
                ? ""
                : amdahl.sigma() >= 1
                    ? ", more ranks take longer"
                    : String.format(
                        Locale.ROOT, ", never more than %.1f times as fast", 1 / amdahl.sigma()),
            100 * amdahl.error(ranks(), seconds())));
    predict(lines, "Amdahl", amdahl, predict);
    if (rows.size() < 3) {
      lines.add("USL (Gunther): needs three rank counts");
      return lines;
    }
    ScalingLaw universal = ScalingLaw.universal(ranks(), seconds());
    long best = universal.best();
    lines.add(
        String.format(
            Locale.ROOT,
            "USL (Gunther): sigma %.4f, kappa %.6f; error %.1f%%; %s",
            universal.sigma(),
            universal.kappa(),
            100 * universal.error(ranks(), seconds()),
            best == 0
                ? "no best rank count: more are always faster"
                : String.format(
                    Locale.ROOT,
                    "best on %s, %.2f times as fast%s",
                    Count.of(best, "rank"),
                    universal.speedUp((double) best),
                    best > rows.getLast().way.ranks ? " (extrapolated)" : "")));
    predict(lines, "USL", universal, predict);
    return lines;
  }

  private void predict(List<String> lines, String name, ScalingLaw law, int ranks) {
    if (ranks > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s on %s: %.4f s, %.2f times as fast: %s",
              name,
              Count.of(ranks, "rank"),
              law.seconds(ranks),
              law.speedUp(ranks),
              ranks > rows.getLast().way.ranks
                  ? "extrapolated from at most %d, not measured".formatted(rows.getLast().way.ranks)
                  : "by the law, not measured"));
    }
  }

  /// The table of a comparison.
  List<String> comparison() {
    List<String> lines = new ArrayList<>();
    lines.add("way      ranks  threads  median [s]  least - most [s]   speed-up");
    for (Row row : rows) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-8s %5d %8d%s %10.4f %8.4f - %-8.4f %9.2f",
              row.way.name,
              row.way.ranks,
              row.way.threads,
              crowded(row) ? "*" : " ",
              row.median,
              row.least,
              row.most,
              speedUp(row)));
    }
    lines.add("speed-up: against " + rows.getFirst().way.name);
    if (rows.stream().anyMatch(this::crowded)) {
      lines.add("* more threads than the " + Count.of(cores, "core") + " here");
    }
    return lines;
  }

  String csv() {
    StringBuilder csv =
        new StringBuilder(
            "ranks,threads,runs,median_seconds,least_seconds,most_seconds,speed_up,efficiency,karp_flatt\n");
    for (Row row : rows) {
      csv.append(row.way.ranks).append(',').append(row.way.threads).append(',').append(row.runs);
      csv.append(',').append(row.median).append(',').append(row.least).append(',').append(row.most);
      csv.append(',').append(speedUp(row)).append(',').append(efficiency(row)).append(',');
      csv.append(row.way.ranks == 1 ? "" : ScalingLaw.karpFlatt(speedUp(row), row.way.ranks));
      csv.append('\n');
    }
    return csv.toString();
  }

  /// The speed-ups over the ranks, with the laws.
  Scaling plot(String title, int predict) {
    List<Scaling.Curve> curves = new ArrayList<>();
    if (rows.size() >= 2) {
      curves.add(new Scaling.Curve("Amdahl", ScalingLaw.amdahl(ranks(), seconds())::speedUp));
    }
    if (rows.size() >= 3) {
      curves.add(new Scaling.Curve("USL", ScalingLaw.universal(ranks(), seconds())::speedUp));
    }
    double first = rows.getFirst().median;
    List<Scaling.Point> points =
        rows.stream()
            .map(row ->
                new Scaling.Point(row.way.ranks, speedUp(row), first / row.most, first / row.least))
            .toList();
    return new Scaling(title, points, curves, Math.max(predict, rows.getLast().way.ranks));
  }
}
