package dev.sheaf.page;

import dev.sheaf.InputException;
import dev.sheaf.array.FileErrors;
import dev.sheaf.array.OutputFile;
import dev.sheaf.journal.Entry;
import dev.sheaf.journal.RunFile;
import dev.sheaf.report.Count;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// `report.html`: what a run's last attempt did, as one page with everything in it: no script, no
/// other file. Made of `run.json`, the journals and the plots in the run's directory alone, so also
/// of a run that was killed or is at work. Its size does not grow with the items: at most a few
/// hundred kB, and the plots.
public final class RunPage {
  /// Its name in the run's directory.
  public static final String NAME = "report.html";

  private static final int HOSTS = 50;
  private static final int PLOTS = 8;
  private static final long LARGEST_PLOT = 400_000;

  private static final int WIDTH = 960;
  private static final int ROW = 18;
  private static final int LEFT = 90;

  /// Between items, at most.
  private static final double GAP = 1;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1b1e23; --page: #ffffff; --soft: #5a616b;
        --line: #d5d9de; --bar: #0068a3; --bad: #b3261e; --idle: #eef1f4; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --page: #15181c; --soft: #a9b0ba;
        --line: #3a4048; --bar: #59b4e6; --bad: #ff8a80; --idle: #22272d; } }
      body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page);
        max-width: 60rem; margin: 0 auto; padding: 1rem; }
      h1 { font-size: 1.4rem; } h1 span { display: inline-block; max-width: 100%; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin-top: 2rem; }
      .wide, pre { --under: var(--page); overflow-x: auto; background:
        linear-gradient(to left, var(--under) 50%, transparent) right / 2rem 100% no-repeat local,
        linear-gradient(to left, var(--soft), transparent) right / 0.4rem calc(100% - 2px) no-repeat scroll, var(--under); }
      .wide td, .wide th { white-space: nowrap; } svg { width: 100%; min-width: 44rem; height: auto; display: block; }
      svg text { font-size: 12px; fill: var(--soft); } .bar { fill: var(--bar); }
      .bad { fill: var(--bad); color: var(--bad); } .idle { fill: var(--idle); }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { text-align: right; padding: 0.15rem 0.8rem 0.15rem 0; border-bottom: 1px solid var(--line); }
      th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
      caption { text-align: left; color: var(--soft); } p.note { color: var(--soft); }
      pre { --under: var(--idle); padding: 0.6rem; border-radius: 4px; }
      img { max-width: 100%; background: #fff; }
      @media (max-width: 44rem) { svg text { font-size: 16px; } img { max-width: none; width: 36rem; } }
      """;

  private final Path directory;
  private final RunFile run;
  private final RunTimes times;
  private final StringBuilder html = new StringBuilder();

  private RunPage(Path directory, RunFile run, RunTimes times) {
    this.directory = directory;
    this.run = run;
    this.times = times;
  }

  /// Writes the page of a run into its directory.
  ///
  /// @return the file
  /// @throws InputException if there is nothing of a run, or it can't be read or written
  public static Path write(Path directory) {
    RunFile run = RunFile.existing(directory);
    try {
      RunPage page = new RunPage(directory, run, RunTimes.of(directory, run));
      page.all();
      Path file = directory.resolve(NAME);
      OutputFile.write(file, page.html.toString().getBytes(StandardCharsets.UTF_8));
      return file;
    } catch (IOException e) {
      throw FileErrors.input(directory, "can't be read", e);
    }
  }

  private void all() throws IOException {
    html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<title>").append(text(run.command())).append("</title>\n");
    html.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n<main>\n");
    html.append("<h1>");
    for (String word : run.command().split(" ", -1)) {
      html.append("<span>").append(text(word)).append("</span> ");
    }
    html.append("</h1>\n");
    summary();
    if (times.items > 0) {
      timeline();
      distribution();
      slowest();
    } else {
      note("The last attempt kept no record of single items.");
    }
    failures();
    ranks();
    phases();
    plots();
    heading("Run it again");
    html.append("<pre>cd ").append(text(run.directory())).append('\n');
    html.append(text(run.command())).append("</pre>\n</main>\n</body>\n</html>\n");
  }

  private void heading(String heading) {
    html.append("<h2>").append(text(heading)).append("</h2>\n");
  }

  private void note(String note) {
    html.append("<p class=\"note\">").append(text(note)).append("</p>\n");
  }

  private void summary() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("State", run.state().words());
    facts.put("Started", Instant.ofEpochMilli(run.started()).truncatedTo(ChronoUnit.SECONDS) + "");
    if (run.state() != RunFile.State.RUNNING) {
      facts.put("Took", time(run.seconds()));
      facts.put(
          "Items",
          String.format(
              Locale.ROOT, "%,d: %,d done, %,d failed", run.items(), run.done(), run.failed()));
    }
    facts.put(
        "Ranks",
        Count.of(run.ranks(), "rank")
            + " of "
            + Count.of(run.threads(), "thread")
            + ", "
            + run.transport());
    facts.put("Hosts", String.join(", ", run.hosts().stream().distinct().limit(HOSTS).toList()));
    facts.put("Attempt", Integer.toString(run.attempt()));
    facts.put("Sheaf", run.version());
    html.append("<table>\n");
    facts.forEach((name, value) ->
        html.append("<tr><th scope=\"row\">")
            .append(text(name))
            .append("</th><td>")
            .append(text(value))
            .append("</td></tr>\n"));
    html.append("</table>\n");
  }

  private void svg(int height, String label) {
    html.append(
        "<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, height, text(label)));
  }

  private void svgText(double x, double y, String anchor, String words) {
    html.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
            x,
            y,
            anchor,
            text(words)));
  }

  private void bar(String kind, double[] box, double opacity, String title) {
    html.append("<rect class=\"").append(kind);
    String[] sides = {"\" x=\"", "\" y=\"", "\" width=\"", "\" height=\""};
    for (int i = 0; i < sides.length; i++) {
      html.append(sides[i]).append(decimals(box[i], 2));
    }
    if (opacity < 1) {
      html.append("\" opacity=\"").append(decimals(opacity, 2));
    }
    html.append(title == null ? "\"/>\n" : "\"><title>" + text(title) + "</title></rect>\n");
  }

  /// A number of at least 0. By hand: of the thousands of a page `String.format` takes half a
  /// second at the end of a short run, when nothing is compiled.
  private static String decimals(double value, int digits) {
    long power = digits == 1 ? 10 : 100;
    long all = Math.round(value * power);
    String rest = Long.toString(power + all % power).substring(1);
    return all / power + "." + rest;
  }

  private void timeline() {
    heading("What the ranks did when");
    double end = times.end();
    int rows = times.busy.length;
    double scale = (WIDTH - LEFT - 10) / end;
    svg(
        rows * ROW + 24,
        "Timeline of %s over %s; the table of ranks below has the same in numbers"
            .formatted(Count.of(times.ranks.size(), "rank"), time(end / 1e9)));
    for (int row = 0; row < rows; row++) {
      int first = times.ranks.get(row * times.ranksInRow).header.rank();
      svgText(LEFT - 6, row * ROW + 13, "end", rowName(first));
      bar("idle", new double[] {LEFT, row * ROW + 1, WIDTH - LEFT - 10, ROW - 2}, 1, null);
    }
    if (times.single.size() <= RunTimes.SINGLE && times.ranksInRow == 1) {
      Map<Integer, Integer> rowOf = new LinkedHashMap<>();
      times.ranks.forEach(rank -> rowOf.put(rank.header.rank(), rowOf.size()));
      double height = (ROW - 2.0) / run.threads();
      for (RunTimes.Item item : times.single) {
        double y = rowOf.get(item.rank()) * ROW + 1 + item.thread() % run.threads() * height;
        double whole = item.nanos() * scale;
        double width = Math.max(0.4, whole - gap(whole));
        bar(
            item.failed() ? "bad" : "bar",
            new double[] {LEFT + item.start() * scale, y, width, height - gap(height)},
            1,
            title(item) + ", " + time(item.nanos() / 1e9) + (item.failed() ? ", failed" : ""));
      }
    } else {
      for (int row = 0; row < rows; row++) {
        segments(row);
      }
    }
    for (int i = 0; i <= 4; i++) {
      double x = LEFT + (WIDTH - LEFT - 10) * i / 4.0;
      svgText(x, rows * ROW + 16, i == 4 ? "end" : "middle", time(end * i / 4 / 1e9));
    }
    html.append("</svg></div>\n");
    note(
        times.single.size() <= RunTimes.SINGLE && times.ranksInRow == 1
            ? "Each bar is an item, by the threads of its rank; its number, input and time show under the pointer. Empty: no item in hand."
            : "The stronger the colour, the more of the threads had an item in hand.");
  }

  /// Between bars of this size.
  private static double gap(double whole) {
    return Math.min(GAP, whole / 8);
  }

  private String rowName(int first) {
    return times.ranksInRow == 1
        ? "rank " + first
        : first + " to " + Math.min(first + times.ranksInRow - 1, run.ranks() - 1);
  }

  /// Columns next to each other with the same eighth of work are one bar.
  private void segments(int row) {
    int ranks = Math.min(times.ranksInRow, times.ranks.size() - row * times.ranksInRow);
    int threads = ranks * run.threads();
    int columns = times.columns();
    double scale = (WIDTH - LEFT - 10.0) / times.end();
    int from = 0;
    long eighths = eighths(row, 0, threads);
    for (int column = 1; column <= columns; column++) {
      long next = column < columns ? eighths(row, column, threads) : -1;
      if (next == eighths) {
        continue;
      }
      if (eighths > 0) {
        double part = Math.min(1, eighths / 8.0);
        double start = from * times.column * scale;
        double end = Math.min(times.end(), column * times.column) * scale;
        double[] box = {LEFT + start, row * ROW + 1, end - start, ROW - 2};
        bar("bar", box, part, Math.round(100 * part) + "% at work");
      }
      from = column;
      eighths = next;
    }
  }

  private long eighths(int row, int column, int threads) {
    long nanos = Math.min(times.column, times.end() - column * times.column);
    return Math.round(8 * times.busy[row][column] / ((double) nanos * threads));
  }

  private void distribution() {
    heading("How long items took");
    int first = 0;
    int last = times.bins.length - 1;
    while (times.bins[first] == 0) {
      first++;
    }
    while (times.bins[last] == 0) {
      last--;
    }
    long most = Arrays.stream(times.bins).max().orElse(1);
    double width = Math.min(90, (WIDTH - LEFT - 10.0) / (last - first + 2));
    svg(
        190,
        "Histogram of the times of %s, from %s to %s"
            .formatted(Count.of(times.items, "item"), time(edge(first)), time(edge(last + 1))));
    for (int bin = first; bin <= last; bin++) {
      double height = 150.0 * times.bins[bin] / most;
      double[] box = {LEFT + (bin - first) * width, 160 - height, width - 1, height};
      bar(
          "bar",
          box,
          1,
          "%s to %s: %s"
              .formatted(time(edge(bin)), time(edge(bin + 1)), Count.of(times.bins[bin], "item")));
    }
    int step = Math.max(1, (int) Math.ceil(80 / width));
    for (int bin = first; bin <= last + 1; bin += step) {
      svgText(LEFT + (bin - first) * width, 178, "middle", time(edge(bin)));
    }
    svgText(LEFT - 6, 16, "end", String.format(Locale.ROOT, "%,d", most));
    html.append("</svg></div>\n");
  }

  /// Where a bin begins, in seconds.
  private static double edge(int bin) {
    return Math.pow(10, (double) bin / RunTimes.BINS - 6);
  }

  private void slowest() {
    heading("Slowest items");
    table("", "item", "seconds", "rank", "began at [s]", "input");
    for (RunTimes.Item item : times.slowest.stream().toList()) {
      row(
          name(item),
          String.format(Locale.ROOT, "%.4f", item.nanos() / 1e9),
          Integer.toString(item.rank()),
          String.format(Locale.ROOT, "%.4f", item.start() / 1e9),
          times.input(item));
    }
    html.append("</table></div>\n");
  }

  private static String name(RunTimes.Item item) {
    return (item.map() == 0 ? "item " : "map " + item.map() + ", item ") + item.item();
  }

  private String title(RunTimes.Item item) {
    String input = times.input(item);
    return input.isEmpty() ? name(item) : name(item) + " (" + input + ")";
  }

  private void failures() {
    if (times.failures.isEmpty()) {
      return;
    }
    heading("Failures");
    html.append("<ul>\n");
    for (RunTimes.Failures same : times.failures.values()) {
      Entry.Failed first = same.first;
      html.append(
          "<li><span class=\"bad\">item %d (%s): %s</span>%s<br><code>%s</code></li>\n"
              .formatted(
                  first.item(),
                  text(first.input()),
                  text(first.cause()),
                  same.count == 1 ? "" : ", and " + Count.of(same.count - 1, "more item"),
                  text(first.replay())));
    }
    html.append("</ul>\n");
    if (times.otherFailures > 0) {
      note("And " + Count.of(times.otherFailures, "item") + " with other causes.");
    }
  }

  private void ranks() {
    if (times.items == 0) {
      return;
    }
    heading("Ranks");
    double mean = times.ranks.stream().mapToLong(rank -> rank.nanos).average().orElse(0);
    long most = times.ranks.stream().mapToLong(rank -> rank.nanos).max().orElse(0);
    String caption =
        String.format(
            Locale.ROOT,
            "Imbalance: the rank with the most work had %.1f%% more of it than the mean.",
            mean == 0 ? 0 : 100 * (most / mean - 1));
    if (run.state() != RunFile.State.RUNNING && times.items > run.items()) {
      caption += " Items are counted in each of the passes over them.";
    }
    table(caption, "rank", "items", "failed", "work [s]", "last end [s]", "host");
    for (RunTimes.Rank rank : times.ranks.subList(0, Math.min(RunTimes.ROWS, times.ranks.size()))) {
      row(
          Integer.toString(rank.header.rank()),
          Long.toString(rank.done),
          Long.toString(rank.failed),
          String.format(Locale.ROOT, "%.3f", rank.nanos / 1e9),
          String.format(Locale.ROOT, "%.3f", rank.end / 1e9),
          rank.header.host());
    }
    html.append("</table></div>\n");
    if (times.ranks.size() > RunTimes.ROWS) {
      note("And %d more; sheaf autopsy lists all.".formatted(times.ranks.size() - RunTimes.ROWS));
    }
  }

  private void phases() {
    if (!run.table().isEmpty()) {
      heading("Phases");
      html.append("<pre>").append(text(String.join("\n", run.table()))).append("</pre>\n");
    }
  }

  private void table(String caption, String... columns) {
    html.append("<div class=\"wide\"><table>\n");
    if (!caption.isEmpty()) {
      html.append("<caption>").append(text(caption)).append("</caption>\n");
    }
    html.append("<tr>");
    for (String column : columns) {
      html.append("<th scope=\"col\">").append(text(column)).append("</th>");
    }
    html.append("</tr>\n");
  }

  private void row(String... cells) {
    html.append("<tr>");
    for (String cell : cells) {
      html.append("<td>").append(text(cell)).append("</td>");
    }
    html.append("</tr>\n");
  }

  /// The plots of the workload. As images: whatever else lies there can't run in the page.
  private void plots() throws IOException {
    List<Path> plots;
    try (Stream<Path> files = Files.list(directory)) {
      plots = files.filter(file -> file.toString().endsWith(".svg")).sorted().limit(PLOTS).toList();
    }
    for (Path plot : plots) {
      if (Files.size(plot) <= LARGEST_PLOT) {
        String name = text(plot.getFileName().toString());
        html.append(
            "<h2>%s</h2>\n<div class=\"wide\"><img alt=\"the plot %s\" src=\"data:image/svg+xml;base64,%s\"></div>\n"
                .formatted(
                    name, name, Base64.getEncoder().encodeToString(Files.readAllBytes(plot))));
      }
    }
  }

  private static String time(double seconds) {
    if (seconds == 0) {
      return "0";
    }
    if (seconds >= 100) {
      return String.format(Locale.ROOT, "%,.0f s", seconds);
    }
    if (seconds >= 0.9995) {
      return decimals(seconds, 2) + " s";
    }
    return seconds >= 0.0009995
        ? decimals(1e3 * seconds, 1) + " ms"
        : decimals(1e6 * seconds, 1) + " us";
  }

  private static String text(String words) {
    StringBuilder text = new StringBuilder(words.length() + 16);
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '"' -> text.append("&quot;");
        default -> text.append(c);
      }
    }
    return text.toString();
  }
}
