package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.Item;
import dev.sheaf.Task;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codecs;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.process.ShellWords;
import dev.sheaf.random.KeyedRandom;
import dev.sheaf.report.Count;
import dev.sheaf.report.Phase;
import dev.sheaf.source.TaskSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A loop of the user's own: a [Task] in a Java source file, applied to files, lines or numbers.
///
/// Every rank compiles the file for itself. The results come back in the order of the items and go
/// into `results.csv`, `results.npy` or `results.jsonl`; all of them are in rank 0's memory at the
/// end.
public final class OwnLoop implements Workload {
  /// What the file with the results is.
  public enum Format {
    /// A line an item: its number, its input, and its value or the components of its record.
    CSV,
    /// One array; the items are its first dimension.
    NPY,
    /// A JSON object a line.
    JSONL;

    /// The extension, and the name on the command line.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Path source;
  private final LoopInputs inputs;
  private final Format format;

  /// A loop.
  ///
  /// @param source the Java source file
  /// @param format of the results, or `null` for the plainest that they fit into
  public OwnLoop(Path source, LoopInputs inputs, Format format) {
    this.source = source;
    this.inputs = inputs;
    this.format = format;
  }

  @Override
  public String name() {
    return "map";
  }

  @Override
  public Summary run(Job job) throws Exception {
    TaskSource tasks;
    try (var _ = job.phases().start(Phase.COMPILE)) {
      tasks = job.onAll(() -> TaskSource.compile(source));
      String first = job.comm().bcastObject(tasks.digest(), Codecs.STRING, 0);
      job.onAll(() -> checkSame(tasks, first));
    }
    LoopInputs.Listed listed;
    try (var _ = job.phases().start(Phase.SCATTER)) {
      listed = job.onRoot(() -> list(job), LoopInputs.Listed.CODEC);
    }
    Items items = new Items(listed.count(), listed::get, item -> replay(job, listed.get(item)));
    MapResult<LoopValue> map =
        job.map(
            inputs.areFiles() ? Kept.VALUES.from(item -> Path.of(listed.get(item))) : Kept.VALUES,
            items,
            () -> new Turns(job.options().seed(), tasks, listed),
            LoopValue.CODEC);
    if (!job.writes(map)) {
      return Summary.of(List.of(), Map.of(), map, 0);
    }
    try (var _ = job.phases().start(Phase.WRITE)) {
      String line = job.onRoot(() -> write(job, listed, map), Codecs.STRING);
      return Summary.of(List.of(line), Map.of("output", line), map, 0);
    }
  }

  private Void checkSame(TaskSource tasks, String first) {
    if (!tasks.digest().equals(first)) {
      throw new InputException(
          source + ": not the file that rank 0 has; copy it to a directory that all hosts share");
    }
    return null;
  }

  /// Better before the work than after it: whether there is a place for the results.
  private LoopInputs.Listed list(Job job) throws Exception {
    job.output("results");
    job.reads(source);
    return inputs.list(job);
  }

  private String replay(Job job, String input) {
    return "sheaf map %s %s --seed %d --out %s"
        .formatted(
            ShellWords.quote(source.toString()),
            inputs.replay(input),
            job.options().seed(),
            ShellWords.quote(job.options().out().resolve("replay").toString()));
  }

  private String write(Job job, LoopInputs.Listed listed, MapResult<LoopValue> map) {
    LoopResults results = new LoopResults(listed, map.values());
    Format natural = results.natural();
    if (natural == null) {
      return Count.of(map.done(), "item") + " done, without a result";
    }
    Format written = format == null ? natural : results.fits(format) ? format : Format.JSONL;
    Path file = job.output("results." + written);
    OutputFile.write(file, results.bytes(written));
    return "%s: %s%s"
        .formatted(
            file,
            Count.of(map.done(), "result"),
            format == null || written == format
                ? ""
                : "; they are too different for --format " + format);
  }

  /// One thread's turns.
  private static final class Turns implements ItemTask<LoopValue> {
    private final long seed;
    private final TaskSource source;
    private final LoopInputs.Listed inputs;
    private Task task;

    Turns(long seed, TaskSource source, LoopInputs.Listed inputs) {
      this.seed = seed;
      this.source = source;
      this.inputs = inputs;
    }

    @Override
    public LoopValue apply(long item) {
      if (task == null) { // here, so that a constructor that throws is the item's failure
        task = source.create();
      }
      Object result;
      try {
        result = task.apply(new Item(item, inputs.get(item), KeyedRandom.of(seed, item)));
      } catch (Exception | AssertionError | StackOverflowError e) {
        throw new InputException(source.cause(e), e);
      }
      return LoopValue.of(result);
    }

    @Override
    public void close() {
      try {
        if (task != null) {
          task.close();
        }
      } catch (IOException e) {
        throw new InputException("close(): " + source.cause(e), e);
      }
    }
  }
}
