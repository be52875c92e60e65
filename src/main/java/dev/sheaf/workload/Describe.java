package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.MapResult;
import dev.sheaf.reduce.FixedTree;
import dev.sheaf.reduce.Moments;
import dev.sheaf.reduce.QuantileSketch;
import dev.sheaf.report.Count;
import dev.sheaf.report.Phase;
import dev.sheaf.table.NumberReader;
import dev.sheaf.table.TablePart;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Every column of numbers in some tables: how many values, nulls, mean, standard deviation (of a
/// sample), least, quartiles and greatest, as pandas' `describe` tells them; `describe.csv`. NaN is
/// null. Of timestamps all but the deviation.
///
/// The items are parts of files; see [TableInput]. A rank needs 2 MiB at most for the quantiles of
/// each column, and each of its threads 4 MiB. Quantiles are as exact as [QuantileSketch] says, all
/// else is exact but for rounding.
public final class Describe implements Workload {
  private static final double[] QUARTILES = {0.25, 0.5, 0.75};
  private static final List<String> NAMES =
      List.of("count", "nulls", "mean", "std", "min", "25%", "50%", "75%", "max");
  private static final Codec<List<Moments>> MOMENTS = Codecs.list(ChunkMoments.CODEC);

  private final List<TableLabel> files;

  /// @param files directories, globs, lists or files; see [dev.sheaf.files.InputFiles#find]
  public Describe(List<String> files) {
    this.files = TableLabel.of(files, List.of());
  }

  @Override
  public String name() {
    return "describe";
  }

  @Override
  public Summary run(Job job) throws Exception {
    TableInput input;
    try (var _ = job.phases().start(Phase.SCATTER)) {
      input =
          job.onRoot(
              () -> {
                job.output("describe.csv");
                return TableInput.find(job, files, List.of());
              },
              TableInput.CODEC);
    }
    input.checkSeen(job);
    SketchTotals totals = new SketchTotals(input.columns().size());
    MapResult<List<Moments>> map =
        job.map(Kept.VALUES, input.items(job), () -> new Task(input, totals), MOMENTS);
    if (!job.writes(map)) {
      return Summary.of(List.of(), Map.of(), map, 0);
    }
    QuantileSketch[] sketches;
    try (var _ = job.phases().start(Phase.REDUCE)) {
      sketches = totals.gather(job.comm());
    }
    Map<String, Object> results = new LinkedHashMap<>();
    try (var _ = job.phases().start(Phase.WRITE)) {
      List<String> lines =
          job.onRoot(
              () -> write(job, input, map.values(), sketches, results), Codecs.list(Codecs.STRING));
      return Summary.of(lines, results, map, 0);
    }
  }

  private List<String> write(
      Job job,
      TableInput input,
      List<List<Moments>> parts,
      QuantileSketch[] sketches,
      Map<String, Object> results) {
    List<List<String>> rows = new ArrayList<>();
    StringBuilder csv = new StringBuilder("column,").append(String.join(",", NAMES)).append('\n');
    long all = 0;
    for (int i = 0; i < input.columns().size(); i++) {
      FixedTree<Moments> tree = ColumnMoments.tree();
      for (List<Moments> part : parts) {
        if (part != null) {
          tree.add(part.get(i));
        }
      }
      Moments moments = tree.result(Moments.EMPTY);
      all = moments.count() + moments.nans();
      if (all == 0) {
        throw new InputException(input.parts().getFirst().file() + ": no rows");
      }
      boolean time = input.times()[i] == 1;
      Map<String, Object> values = values(moments, sketches[i], time);
      results.put(input.columns().get(i), values);
      csv.append(Csv.quote(input.columns().get(i)));
      values.values().forEach(value -> csv.append(',').append(value));
      csv.append('\n');
      rows.add(row(input.columns().get(i), values));
    }
    Path file = job.options().out().resolve("describe.csv");
    OutputFile.write(file, csv.toString().getBytes(StandardCharsets.UTF_8));
    results.put("file", file.toString());
    List<String> lines = table(rows);
    lines.add(
        "%s: %s, %s of numbers"
            .formatted(file, Count.of(all, "row"), Count.of(rows.size(), "column")));
    return lines;
  }

  private static Map<String, Object> values(Moments moments, QuantileSketch sketch, boolean time) {
    double[] quartiles = sketch.quantiles(QUARTILES);
    double[] numbers = {
      moments.mean(),
      time ? Double.NaN : ColumnMoments.std(moments),
      moments.min(),
      quartiles[0],
      quartiles[1],
      quartiles[2],
      moments.max()
    };
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("count", moments.count());
    values.put("nulls", moments.nans());
    for (int i = 0; i < numbers.length; i++) {
      double number = numbers[i];
      Object value = Double.isNaN(number) ? "" : time ? Times.text(number) : (Object) number;
      values.put(NAMES.get(i + 2), value);
    }
    return values;
  }

  private static List<String> row(String column, Map<String, Object> values) {
    List<String> row = new ArrayList<>(List.of(column));
    for (Object value : values.values()) {
      row.add(value instanceof Double number ? shortened(number) : value.toString());
    }
    return row;
  }

  /// Six digits, without zeros at the end.
  private static String shortened(double number) {
    String text = String.format(Locale.ROOT, "%.6g", number);
    return text.contains("e") || !text.contains(".")
        ? text
        : text.replaceFirst("0+$", "").replaceFirst("\\.$", "");
  }

  /// Lines of equal width.
  private static List<String> table(List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of(""));
    head.addAll(NAMES);
    all.add(head);
    all.addAll(rows);
    int[] widths = new int[head.size()];
    for (List<String> row : all) {
      Arrays.setAll(widths, i -> Math.max(widths[i], row.get(i).length()));
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String gap = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? row.get(i) + gap : "  " + gap + row.get(i));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /// One thread's reader and sketches.
  private static final class Task implements ItemTask<List<Moments>> {
    private final TableInput input;
    private final NumberReader reader = new NumberReader();
    private final ColumnMoments moments = new ColumnMoments();
    private final ItemSketches sketches;

    Task(TableInput input, SketchTotals totals) {
      this.input = input;
      sketches = new ItemSketches(totals);
    }

    @Override
    public List<Moments> apply(long item) throws Exception {
      TablePart part = input.parts().get((int) item);
      List<Moments> found = new ArrayList<>();
      int all = input.columns().size();
      int some = part.hasColumnsApart() ? 1 : all;
      sketches.begin(0, all);
      if (all == 0) {
        reader.open(part, List.of()); // no file could be read; this one's error
      }
      for (int first = 0; first < all; first += some) {
        reader.open(part, input.columns().subList(first, first + some));
        List<FixedTree<Moments>> trees = new ArrayList<>();
        for (int i = 0; i < some; i++) {
          trees.add(ColumnMoments.tree());
        }
        for (int rows = reader.next(); rows > 0; rows = reader.next()) {
          for (int i = 0; i < some; i++) {
            moments.add(reader.batch()[i], rows, trees.get(i));
            sketches.add(first + i, reader.batch()[i], rows);
          }
        }
        trees.forEach(tree -> found.add(tree.result(Moments.EMPTY)));
      }
      return found;
    }

    @Override
    public void done() {
      sketches.done();
    }

    @Override
    public boolean gathers() {
      return true;
    }

    @Override
    public void settle(Encoder kept) {
      sketches.settle(kept);
    }

    @Override
    public void restore(long item, List<Moments> found, Decoder kept) {
      sketches.restore(kept);
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
