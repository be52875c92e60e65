package dev.sheaf.cli;

import dev.sheaf.plot.Scaling;
import dev.sheaf.report.Count;
import dev.sheaf.report.GustafsonLaw;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The work grows with the ranks: each row's speed-up is against its own work on one rank.
///
/// @param rows by the number of ranks, that of 1 first
/// @param cores how many the ranks share
record WeakScaling(List<ScaleRow> rows, int cores) implements ScaleTable {
  private double efficiency(ScaleRow row) {
    return rows.getFirst().median() / row.median();
  }

  private double[] speedUps() {
    return rows.stream().mapToDouble(ScaleRow::speedUp).toArray();
  }

  private GustafsonLaw law() {
    return GustafsonLaw.fit(ScaleRow.ranks(rows), speedUps());
  }

  @Override
  public List<String> lines(int predict) {
    List<String> lines = new ArrayList<>();
    lines.add("ranks  threads  median [s]  least - most [s]   efficiency  on 1 rank [s]  speed-up");
    for (ScaleRow row : rows) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%5d%s %8d %11.4f %8.4f - %-8.4f %10.1f%% %14.4f %9.2f",
              row.ranks(),
              row.crowded(cores) ? "*" : " ",
              row.way().threads(),
              row.median(),
              row.least(),
              row.most(),
              100 * efficiency(row),
              row.serial(),
              row.speedUp()));
    }
    lines.add(
        "efficiency: the time of 1 rank's work on 1 rank; speed-up: the row's work on 1 rank");
    ScaleRow.crowd(rows, cores).ifPresent(lines::add);
    if (rows.size() < 2) {
      lines.add("no law: it needs two rank counts");
      return lines;
    }
    GustafsonLaw law = law();
    lines.add(
        String.format(
            Locale.ROOT,
            "Gustafson: serial fraction %.4f%s; error %.1f%%",
            law.serial(),
            law.serial() < 1 ? "" : ", more ranks gain nothing",
            100 * law.error(ScaleRow.ranks(rows), speedUps())));
    if (predict > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "Gustafson on %s: %.2f times as fast as 1 rank with their work: %s",
              Count.of(predict, "rank"),
              law.speedUp(predict),
              ScaleRow.basis(rows, predict)));
    }
    return lines;
  }

  @Override
  public String csv() {
    StringBuilder csv =
        new StringBuilder(
            "ranks,threads,runs,median_seconds,least_seconds,most_seconds,efficiency,one_rank_seconds,speed_up\n");
    for (ScaleRow row : rows) {
      csv.append(row.csv()).append(',').append(efficiency(row)).append(',');
      csv.append(row.serial()).append(',').append(row.speedUp()).append('\n');
    }
    return csv.toString();
  }

  @Override
  public Scaling plot(String title, int predict) {
    List<Scaling.Curve> curves =
        rows.size() < 2 ? List.of() : List.of(new Scaling.Curve("Gustafson", law()::speedUp));
    return new Scaling(
        title, ScaleRow.points(rows), curves, Math.max(predict, rows.getLast().ranks()));
  }
}
