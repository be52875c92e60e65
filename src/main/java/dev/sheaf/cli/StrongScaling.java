package dev.sheaf.cli;

import dev.sheaf.plot.Scaling;
import dev.sheaf.report.Count;
import dev.sheaf.report.ScalingLaw;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The work is the same for all ranks.
///
/// @param rows by the number of ranks, that of 1 first
/// @param cores how many the ranks share
record StrongScaling(List<ScaleRow> rows, int cores) implements ScaleTable {
  private static double efficiency(ScaleRow row) {
    return row.speedUp() / row.ranks();
  }

  private static double karpFlatt(ScaleRow row) {
    return ScalingLaw.karpFlatt(row.speedUp(), row.ranks());
  }

  private ScalingLaw amdahl() {
    return ScalingLaw.amdahl(ScaleRow.ranks(rows), seconds());
  }

  private ScalingLaw universal() {
    return ScalingLaw.universal(ScaleRow.ranks(rows), seconds());
  }

  private double[] seconds() {
    return rows.stream().mapToDouble(ScaleRow::median).toArray();
  }

  @Override
  public List<String> lines(int predict) {
    List<String> lines = new ArrayList<>();
    lines.add("ranks  threads  median [s]  least - most [s]   speed-up  efficiency  Karp-Flatt");
    for (ScaleRow row : rows) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%5d%s %8d %11.4f %8.4f - %-8.4f %9.2f %10.1f%% %11s",
              row.ranks(),
              row.crowded(cores) ? "*" : " ",
              row.way().threads(),
              row.median(),
              row.least(),
              row.most(),
              row.speedUp(),
              100 * efficiency(row),
              row.ranks() == 1 ? "-" : String.format(Locale.ROOT, "%.4f", karpFlatt(row))));
    }
    ScaleRow.crowd(rows, cores).ifPresent(lines::add);
    if (rows.size() < 2) {
      lines.add("no laws: they need two rank counts");
      return lines;
    }
    ScalingLaw amdahl = amdahl();
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
            100 * amdahl.error(ScaleRow.ranks(rows), seconds())));
    predict(lines, "Amdahl", amdahl, predict);
    if (rows.size() < 3) {
      lines.add("USL (Gunther): needs three rank counts");
      return lines;
    }
    ScalingLaw universal = universal();
    long best = universal.best();
    lines.add(
        String.format(
            Locale.ROOT,
            "USL (Gunther): sigma %.4f, kappa %.6f; error %.1f%%; %s",
            universal.sigma(),
            universal.kappa(),
            100 * universal.error(ScaleRow.ranks(rows), seconds()),
            best == 0
                ? "no best rank count: more are always faster"
                : String.format(
                    Locale.ROOT,
                    "best on %s, %.2f times as fast%s",
                    Count.of(best, "rank"),
                    universal.speedUp((double) best),
                    best > rows.getLast().ranks() ? " (extrapolated)" : "")));
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
              ScaleRow.basis(rows, ranks)));
    }
  }

  @Override
  public String csv() {
    StringBuilder csv =
        new StringBuilder(
            "ranks,threads,runs,median_seconds,least_seconds,most_seconds,speed_up,efficiency,karp_flatt\n");
    for (ScaleRow row : rows) {
      csv.append(row.csv()).append(',').append(row.speedUp()).append(',').append(efficiency(row));
      csv.append(',').append(row.ranks() == 1 ? "" : karpFlatt(row)).append('\n');
    }
    return csv.toString();
  }

  @Override
  public Scaling plot(String title, int predict) {
    List<Scaling.Curve> curves = new ArrayList<>();
    if (rows.size() >= 2) {
      curves.add(new Scaling.Curve("Amdahl", amdahl()::speedUp));
    }
    if (rows.size() >= 3) {
      curves.add(new Scaling.Curve("USL", universal()::speedUp));
    }
    return new Scaling(
        title, ScaleRow.points(rows), curves, Math.max(predict, rows.getLast().ranks()));
  }
}
