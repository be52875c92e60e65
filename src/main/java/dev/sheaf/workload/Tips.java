package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.expression.Expression;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.MapResult;
import dev.sheaf.plot.Bins;
import dev.sheaf.plot.Histogram;
import dev.sheaf.reduce.BinCounts;
import dev.sheaf.reduce.FixedTree;
import dev.sheaf.reduce.Moments;
import dev.sheaf.reduce.QuantileSketch;
import dev.sheaf.report.Count;
import dev.sheaf.report.Phase;
import dev.sheaf.table.NumberReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// How a number of each row of some tables is distributed: a column, or an expression such as a
/// ratio of two; of all rows, or those that meet a condition; of all files together, or apart by
/// label.
///
/// `NAME.csv` has a line a label: rows, those selected, those of them whose value is not known, its
/// mean, of a ratio also that of the sums, its deviation (of a sample), extremes and quantiles, and
/// how many are in the bins, below and above. `NAME-bins.csv` has the counts of the bins, those of
/// NumPy's `histogram`; `NAME.png` and `NAME.svg` are their picture.
///
/// The items are parts of files; see [TableInput]. Each rank reads the needed columns of its parts.
/// Without a range the tables are read twice: the bins then lie between the extremes of all labels.
/// Memory, for each label, of a rank and of each of its threads: the bins and 2 MiB at most for the
/// quantiles, which are as exact as [QuantileSketch] says.
public final class Tips implements Workload {
  private static final double[] QUANTILES = {0.05, 0.25, 0.5, 0.75, 0.95};
  private static final List<String> QUANTILE_NAMES = List.of("5%", "25%", "50%", "75%", "95%");
  private static final int MOST_BINS = 1 << 20;

  /// What is counted.
  ///
  /// @param value a number of each row
  /// @param where which rows count, or `null` for all
  /// @param bins how many, of equal width
  /// @param range of the bins, low and high; `null` for that of the values
  /// @param log whether the picture's axis of counts is logarithmic
  public record Question(
      Expression value, Expression where, int bins, double[] range, boolean log) {
    /// Checks the numbers.
    public Question {
      if (bins < 1 || bins > MOST_BINS) {
        throw new InputException("--bins " + bins + ": must be 1 to " + MOST_BINS);
      }
      if (range != null && !(range[0] < range[1] && Double.isFinite(range[1] - range[0]))) {
        throw new InputException(
            "--range %s:%s: the low end must be below the high one".formatted(range[0], range[1]));
      }
    }
  }

  private final String name;
  private final List<TableLabel> labels;
  private final Question question;

  /// @param name of the workload and its files
  public Tips(String name, List<TableLabel> labels, Question question) {
    if (labels.size() > Histogram.MOST_SERIES) {
      throw new InputException(
          "--label: %d labels; %d can be told apart"
              .formatted(labels.size(), Histogram.MOST_SERIES));
    }
    this.name = name;
    this.labels = labels;
    this.question = question;
  }

  @Override
  public String name() {
    return name;
  }

  /// What a part has.
  ///
  /// @param rows all of them
  /// @param selected those that meet the condition
  /// @param values the value in those
  /// @param numerators what a ratio divides, in those where the ratio is known
  /// @param denominators what it divides by
  private record Found(
      long rows, long selected, Moments values, Moments numerators, Moments denominators) {
    static final Found NONE = new Found(0, 0, Moments.EMPTY, Moments.EMPTY, Moments.EMPTY);

    static final Codec<Found> CODEC =
        Codecs.of(
            (out, found) -> {
              out.putLong(found.rows).putLong(found.selected);
              ChunkMoments.CODEC.write(found.values, out);
              ChunkMoments.CODEC.write(found.numerators, out);
              ChunkMoments.CODEC.write(found.denominators, out);
            },
            in ->
                new Found(
                    in.getLong(),
                    in.getLong(),
                    ChunkMoments.CODEC.read(in),
                    ChunkMoments.CODEC.read(in),
                    ChunkMoments.CODEC.read(in)));

    Found plus(Found other) {
      return new Found(
          rows + other.rows,
          selected + other.selected,
          values.plus(other.values),
          numerators.plus(other.numerators),
          denominators.plus(other.denominators));
    }
  }

  @Override
  public Summary run(Job job) throws Exception {
    TableInput input;
    try (var _ = job.phases().start(Phase.SCATTER)) {
      input =
          job.onRoot(
              () -> {
                job.output(name + ".csv");
                return TableInput.find(job, labels, columns());
              },
              TableInput.CODEC);
    }
    input.checkSeen(job);
    double[] range = question.range;
    if (range == null) {
      MapResult<Found> extremes =
          job.map(Kept.VALUES, input.items(job), () -> new Task(input, null, null), Found.CODEC);
      if (!job.writes(extremes)) {
        return Summary.of(List.of(), Map.of(), extremes, 0);
      }
      range = range(job, input, extremes.values());
    }
    LabelCounts bins = new LabelCounts(labels.size(), range, question.bins);
    SketchTotals totals = new SketchTotals(labels.size());
    MapResult<Found> map =
        job.map(
            Kept.VALUES.given(Arrays.toString(range)),
            input.items(job),
            () -> new Task(input, bins, totals),
            Found.CODEC);
    if (!job.writes(map)) {
      return Summary.of(List.of(), Map.of(), map, 0);
    }
    QuantileSketch[] sketches;
    try (var _ = job.phases().start(Phase.REDUCE)) {
      bins.reduce(job.comm());
      sketches = totals.gather(job.comm());
    }
    Map<String, Object> results = new LinkedHashMap<>();
    try (var _ = job.phases().start(Phase.WRITE)) {
      List<String> lines =
          job.onRoot(
              () -> write(job, found(input, map.values()), bins, sketches, results),
              Codecs.list(Codecs.STRING));
      return Summary.of(lines, results, map, 0);
    }
  }

  private List<String> columns() {
    Set<String> names = new LinkedHashSet<>(question.value.columns());
    if (question.where != null) {
      names.addAll(question.where.columns());
    }
    if (question.value.columns().isEmpty()) {
      throw new InputException("'%s': names no column".formatted(question.value));
    }
    return List.copyOf(names);
  }

  /// The range of all values. Collective.
  private double[] range(Job job, TableInput input, List<Found> parts) throws Exception {
    return job.onRoot(
        () -> {
          Found all = Found.NONE;
          for (Found each : found(input, parts)) {
            all = all.plus(each);
          }
          double low = all.values.min();
          double high = all.values.max();
          if (!Double.isFinite(high - low)) {
            throw new InputException("the values are %s to %s: give --range".formatted(low, high));
          }
          double[] ends = BinRange.ends(low, high);
          if (ends[0] == ends[1]) {
            throw new InputException("all values are %s: give --range".formatted(low));
          }
          return ends;
        },
        Codecs.of((out, ends) -> out.putDoubles(ends), in -> in.getDoubles()));
  }

  /// What each label has.
  ///
  /// @throws InputException if that is nothing at all
  private List<Found> found(TableInput input, List<Found> parts) {
    List<FixedTree<Found>> trees = new ArrayList<>();
    labels.forEach(_ -> trees.add(new FixedTree<>(Found::plus)));
    long rows = 0;
    long known = 0;
    for (int part = 0; part < parts.size(); part++) {
      if (parts.get(part) != null) {
        trees.get(input.labels()[part]).add(parts.get(part));
        rows += parts.get(part).rows;
        known += parts.get(part).values.count();
      }
    }
    if (known == 0) {
      throw new InputException(
          "%s: %s"
              .formatted(
                  input.parts().isEmpty() ? labels : input.parts().getFirst().file(),
                  rows == 0
                      ? "no rows"
                      : "no row has a value of '%s'%s".formatted(question.value, condition())));
    }
    return trees.stream().map(tree -> tree.result(Found.NONE)).toList();
  }

  private String condition() {
    return question.where == null ? "" : " where " + question.where;
  }

  // ---- output, on rank 0 ----

  private List<String> write(
      Job job,
      List<Found> found,
      LabelCounts bins,
      QuantileSketch[] sketches,
      Map<String, Object> results) {
    List<String> lines = new ArrayList<>();
    StringBuilder csv = new StringBuilder();
    for (int label = 0; label < labels.size(); label++) {
      Map<String, Object> values = values(found.get(label), bins, label, sketches[label]);
      if (label == 0) {
        csv.append("label,").append(String.join(",", values.keySet())).append('\n');
      }
      csv.append(Csv.quote(labels.get(label).name()));
      values.values().forEach(value -> csv.append(',').append(value));
      csv.append('\n');
      String prefix = labels.get(label).name();
      values.forEach((key, value) ->
          lines.add("%s%-14s %s".formatted(prefix.isEmpty() ? "" : prefix + " ", key, value)));
      results.put(prefix.isEmpty() ? "all" : prefix, values);
    }
    Path out = job.options().out();
    Path table = out.resolve(name + ".csv");
    Path counts = out.resolve(name + "-bins.csv");
    OutputFile.write(table, csv.toString().getBytes(StandardCharsets.UTF_8));
    OutputFile.write(counts, binsCsv(bins).getBytes(StandardCharsets.UTF_8));
    List<String> files = new ArrayList<>(List.of(table.toString(), counts.toString()));
    files.addAll(Plots.write(out, name, histogram(found, bins)));
    results.put("files", files);
    lines.add(String.join(", ", files));
    return lines;
  }

  private Map<String, Object> values(
      Found found, LabelCounts bins, int label, QuantileSketch sketch) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("rows", found.rows);
    values.put("selected", found.selected);
    values.put("nulls", found.selected - found.values.count());
    values.put("mean", known(found.values.mean()));
    if (question.value.isRatio()) {
      double numerator = found.numerators.sum().value();
      values.put("ratio_of_means", known(numerator / found.denominators.sum().value()));
    }
    values.put("std", known(ColumnMoments.std(found.values)));
    values.put("min", known(found.values.min()));
    double[] quantiles = sketch.quantiles(QUANTILES);
    for (int i = 0; i < quantiles.length; i++) {
      values.put(QUANTILE_NAMES.get(i), known(quantiles[i]));
    }
    values.put("max", known(found.values.max()));
    values.put("inside", bins.inside(label));
    values.put("below", bins.below(label));
    values.put("above", bins.above(label));
    return values;
  }

  private static Object known(double number) {
    return Double.isNaN(number) ? "" : (Object) number;
  }

  private String binsCsv(LabelCounts bins) {
    StringBuilder csv = new StringBuilder("from,to");
    for (TableLabel label : labels) {
      csv.append(',').append(label.name().isEmpty() ? "count" : Csv.quote(label.name()));
    }
    csv.append('\n');
    double[] edges = bins.edges();
    List<long[]> counts = IntStream.range(0, labels.size()).mapToObj(bins::counts).toList();
    for (int bin = 0; bin < question.bins; bin++) {
      csv.append(edges[bin]).append(',').append(edges[bin + 1]);
      for (long[] each : counts) {
        csv.append(',').append(each[bin]);
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  private Histogram histogram(List<Found> found, LabelCounts bins) {
    List<Histogram.Series> series = new ArrayList<>();
    long selected = 0;
    for (int label = 0; label < labels.size(); label++) {
      String of = labels.get(label).name();
      series.add(new Histogram.Series(of, bins.counts(label)));
      selected += found.get(label).selected;
    }
    double[] edges = bins.edges();
    double width = (edges[question.bins] - edges[0]) / question.bins;
    return new Histogram(
        question.value + condition() + ": " + Count.of(selected, "row"),
        question.value.toString(),
        "rows per bin",
        new Bins(edges[0], width, question.bins),
        series,
        question.log);
  }

  // ---- the work ----

  /// One thread's reader and what it computes.
  private final class Task implements ItemTask<Found> {
    private final TableInput input;
    private final LabelCounts bins;
    private final LabelCounts gathered;
    private final NumberReader reader = new NumberReader();
    private final ColumnMoments moments = new ColumnMoments();
    private final ItemSketches sketches;
    private final Expression.Evaluator value;
    private final Expression.Evaluator where;
    private final Expression.Evaluator numerator;
    private final Expression.Evaluator denominator;

    /// Of the rows of a batch that meet the condition the values, and what they are ratios of.
    private final double[][] selected = new double[3][NumberReader.BATCH];

    /// How many rows of the batch meet the condition.
    private int met;

    /// Of the item in hand.
    private int label;

    private long[] counts;
    private long below;
    private long above;

    /// @param bins to count in, or `null` for the extremes alone
    Task(TableInput input, LabelCounts bins, SketchTotals totals) {
      this.input = input;
      this.bins = bins;
      gathered = bins == null ? null : bins.like();
      sketches = bins == null ? null : new ItemSketches(totals);
      value = on(question.value);
      where = question.where == null ? null : on(question.where);
      boolean ratio = question.value.isRatio();
      numerator = ratio ? on(question.value.numerator()) : null;
      denominator = ratio ? on(question.value.denominator()) : null;
    }

    private Expression.Evaluator on(Expression expression) {
      return expression.on(input.columns(), NumberReader.BATCH);
    }

    @Override
    public Found apply(long item) throws Exception {
      List<FixedTree<Moments>> trees = new ArrayList<>();
      for (int i = 0; i < selected.length; i++) {
        trees.add(ColumnMoments.tree());
      }
      BinCounts counted = bins == null ? null : bins.empty();
      label = input.labels()[(int) item];
      if (bins != null) {
        sketches.begin(label, 1);
      }
      long all = 0;
      long allMet = 0;
      below = 0;
      reader.open(input.parts().get((int) item), input.columns());
      for (int rows = reader.next(); rows > 0; rows = reader.next()) {
        int known = select(rows);
        all += rows;
        allMet += met;
        moments.add(selected[0], known, trees.get(0));
        if (numerator != null) {
          moments.add(selected[1], known, trees.get(1));
          moments.add(selected[2], known, trees.get(2));
        }
        if (bins != null) {
          sketches.add(0, selected[0], known);
          count(selected[0], known, counted);
        }
      }
      if (bins != null) {
        counts = counted.counts();
        above = trees.get(0).result(Moments.EMPTY).count() - below - Arrays.stream(counts).sum();
      }
      return new Found(
          all,
          allMet,
          trees.get(0).result(Moments.EMPTY),
          trees.get(1).result(Moments.EMPTY),
          trees.get(2).result(Moments.EMPTY));
    }

    private void count(double[] values, int count, BinCounts counted) {
      double low = bins.low();
      for (int i = 0; i < count; i++) {
        counted.add(values[i]);
        below += values[i] < low ? 1 : 0;
      }
    }

    @Override
    public void done() {
      if (bins != null) {
        gathered.add(label, counts, below, above);
        sketches.done();
      }
    }

    @Override
    public boolean gathers() {
      return true;
    }

    @Override
    public void settle(Encoder kept) {
      if (bins != null) {
        gathered.settle(bins, kept);
        sketches.settle(kept);
      }
    }

    @Override
    public void restore(long item, Found found, Decoder kept) {
      if (kept.hasRemaining()) {
        bins.restore(kept);
        sketches.restore(kept);
      }
    }

    /// Puts the values of the rows that meet the condition side by side, those that are known.
    ///
    /// @return how many these are
    private int select(int rows) {
      double[][] batch = reader.batch();
      double[] values = value.evaluate(batch, rows);
      double[] conditions = where == null ? null : where.evaluate(batch, rows);
      double[] above = numerator == null ? values : numerator.evaluate(batch, rows);
      double[] below = numerator == null ? values : denominator.evaluate(batch, rows);
      return select(rows, conditions, values, above, below);
    }

    private int select(
        int rows, double[] conditions, double[] values, double[] above, double[] below) {
      int known = 0;
      met = 0;
      for (int i = 0; i < rows; i++) {
        if (conditions == null || conditions[i] == 1) {
          met++;
          selected[0][known] = values[i];
          selected[1][known] = above[i];
          selected[2][known] = below[i];
          known += Double.isNaN(values[i]) ? 0 : 1;
        }
      }
      return known;
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
