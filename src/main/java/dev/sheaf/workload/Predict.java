package dev.sheaf.workload;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.report.Count;
import dev.sheaf.report.Phase;
import dev.sheaf.table.LabelledTable;
import dev.sheaf.tree.Columns;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The classes that a forest (see [Forest]) gives the rows of a table: `predictions.csv`, a line a
/// row. If the table has the column that the forest predicts, `confusion.csv` and the accuracy too.
///
/// The items are blocks of rows. Rank 0 reads the table, which is held once a node.
public final class Predict implements Workload {
  /// Rows of an item.
  private static final int BLOCK = 1 << 14;

  private static final Codec<Plan> PLAN = Codecs.ofRecord(Plan.class);
  private static final Codec<int[]> CLASSES =
      Codecs.of((out, classes) -> out.putInts(classes), in -> in.getInts());

  private final Path model;
  private final Path table;

  /// @param model what [Forest] has written
  /// @param table see [LabelledTable#read]
  public Predict(Path model, Path table) {
    this.model = model;
    this.table = table;
  }

  @Override
  public String name() {
    return "predict";
  }

  /// What rank 0 has read.
  private record Plan(ForestModel forest, int rows) {}

  @Override
  public Summary run(Job job) throws Exception {
    Input input = new Input();
    Plan plan;
    try (var _ = job.phases().start(Phase.SCATTER)) {
      plan = job.onRoot(() -> input.read(job), PLAN);
    }
    long bytes = (long) plan.rows * plan.forest.features().size() * Double.BYTES;
    return NodeCopy.with(job, bytes, input::copy, memory -> run(job, plan, memory, input.known));
  }

  /// The table on its way into shared memory; on rank 0.
  private final class Input {
    private Columns columns;

    /// The rows' classes by the forest's numbers, -1 for one that it doesn't know; `null` if the
    /// table doesn't tell them.
    private int[] known;

    Plan read(Job job) {
      job.output("predictions.csv");
      job.reads(model);
      job.reads(table);
      ForestModel forest = ForestModel.read(model);
      LabelledTable read = LabelledTable.read(table, forest.features(), forest.target());
      columns = read.columns();
      if (read.labels() != null) {
        int[] numbers = read.classes().stream().mapToInt(forest.classes()::indexOf).toArray();
        known = Arrays.stream(read.labels()).map(label -> numbers[label]).toArray();
      }
      return new Plan(forest, columns.rows());
    }

    void copy(MemorySegment memory) {
      long bytes = (long) columns.rows() * Double.BYTES;
      for (int column = 0; column < columns.count(); column++) {
        columns.copy(column, memory.asSlice(column * bytes, bytes));
        columns.free(column);
      }
    }
  }

  private Summary run(Job job, Plan plan, MemorySegment columns, int[] known) throws Exception {
    Items items =
        new Items(
            Math.ceilDiv(plan.rows, BLOCK),
            item ->
                "rows %d to %d of %s"
                    .formatted(item * BLOCK, Math.min((item + 1) * BLOCK, plan.rows) - 1, table),
            _ -> job.options().command());
    MapResult<int[]> map = job.map(Kept.VALUES, items, () -> task(plan, columns), CLASSES);
    if (!map.complete()) {
      return Summary.of(List.of(), Map.of(), map, 0);
    }
    Map<String, Object> results = new LinkedHashMap<>();
    try (var _ = job.phases().start(Phase.WRITE)) {
      List<String> lines =
          job.onRoot(
              () -> write(job, plan.forest, map.values(), known, results),
              Codecs.list(Codecs.STRING));
      return Summary.of(lines, results, map, 0);
    }
  }

  private static ItemTask<int[]> task(Plan plan, MemorySegment columns) {
    int features = plan.forest.features().size();
    double[] row = new double[features];
    int[] votes = new int[plan.forest.classes().size()];
    return item -> {
      int first = Math.toIntExact(item * BLOCK);
      int[] classes = new int[Math.min(BLOCK, plan.rows - first)];
      for (int i = 0; i < classes.length; i++) {
        for (int f = 0; f < features; f++) {
          row[f] = columns.getAtIndex(JAVA_DOUBLE, (long) f * plan.rows + first + i);
        }
        classes[i] = plan.forest.predict(row, votes);
      }
      return classes;
    };
  }

  private static List<String> write(
      Job job, ForestModel forest, List<int[]> blocks, int[] known, Map<String, Object> results) {
    Confusion confusion = new Confusion(forest.classes());
    int rows = 0;
    for (int[] block : blocks) {
      for (int predicted : block) {
        if (known != null && known[rows] >= 0) {
          confusion.add(known[rows], predicted);
        }
        rows++;
      }
    }
    Path file = job.options().out().resolve("predictions.csv");
    List<String> names = forest.classes().stream().map(Csv::quote).toList();
    Stream<String> csv =
        Stream.concat(
            Stream.of("row," + Csv.quote(forest.target()) + "\n"),
            IntStream.range(0, blocks.size())
                .mapToObj(b -> lines(b * BLOCK, blocks.get(b), names)));
    OutputFile.write(file, csv.map(text -> text.getBytes(StandardCharsets.UTF_8)).iterator());
    results.put("file", file.toString());
    List<String> lines = new ArrayList<>();
    lines.add(file + ": " + Count.of(rows, "row"));
    if (known != null) {
      OutputFile.write(
          job.options().out().resolve("confusion.csv"),
          confusion.csv().getBytes(StandardCharsets.UTF_8));
      results.put("accuracy", confusion.accuracy());
      lines.add("accuracy: " + confusion.line());
    }
    return lines;
  }

  private static String lines(int row, int[] block, List<String> names) {
    StringBuilder lines = new StringBuilder(16 * block.length);
    for (int predicted : block) {
      lines.append(row++).append(',').append(names.get(predicted)).append('\n');
    }
    return lines.toString();
  }
}
