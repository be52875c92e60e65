package dev.sheaf.cli;

import dev.sheaf.report.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The same work done serially, by threads and by ranks.
///
/// @param rows in any order
/// @param cores how many they share
record Comparison(List<ScaleRow> rows, int cores) {
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("way      ranks  threads  median [s]  least - most [s]   speed-up");
    for (ScaleRow row : rows) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-8s %5d %8d%s %10.4f %8.4f - %-8.4f %9.2f",
              row.way().name(),
              row.ranks(),
              row.way().threads(),
              row.crowded(cores) ? "*" : " ",
              row.median(),
              row.least(),
              row.most(),
              row.speedUp()));
    }
    lines.add("speed-up: against " + rows.getFirst().way().name());
    if (rows.stream().anyMatch(row -> row.crowded(cores))) {
      lines.add("* more threads than the " + Count.of(cores, "core") + " here");
    }
    return lines;
  }
}
