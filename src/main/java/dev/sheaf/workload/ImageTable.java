package dev.sheaf.workload;

import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Op;
import dev.sheaf.files.InputFiles;
import dev.sheaf.image.ImageLoader;
import dev.sheaf.image.ImageSize;
import dev.sheaf.image.PixelBuffer;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.process.ShellWords;
import dev.sheaf.report.Count;
import dev.sheaf.report.Phase;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// Some numbers of each image, a function of its pixels: a CSV file with a line an image, in the
/// files' order.
///
/// The items are the images. Rank 0 lists the files; every rank decodes its own and sends back the
/// numbers alone. A file that can't be decoded is a failed item: with `--on-error continue` its
/// numbers are missing in the table.
///
/// @param name of the workload, and of the file: `NAME.csv`
/// @param what a directory, glob, list or file; see [InputFiles#find]
/// @param options words of the command line that a replay needs, each with a space before it
/// @param maxPixels larger images are refused
/// @param columns the names of the numbers
/// @param measures gives each thread its function
record ImageTable(
    String name,
    String what,
    String options,
    long maxPixels,
    List<String> columns,
    Supplier<Measure> measures) {

  /// What is computed. One a thread.
  @FunctionalInterface
  interface Measure {
    /// A number a column.
    ///
    /// @param rgb (height, width, 3), row-major
    double[] of(ImageSize size, MemorySegment rgb);
  }

  /// Further output. For rank 0.
  @FunctionalInterface
  interface Output {
    /// Writes the numbers of all images, in their order; `null` for one that failed.
    ///
    /// @param directory for output files
    /// @return results for the report
    Map<String, Object> write(Path directory, List<double[]> rows);
  }

  private static final Codec<double[]> NUMBERS =
      Codecs.of(
          (out, numbers) -> {
            out.putInt(numbers.length);
            for (double number : numbers) {
              out.putDouble(number);
            }
          },
          in -> {
            double[] numbers = new double[in.getInt()];
            for (int i = 0; i < numbers.length; i++) {
              numbers[i] = in.getDouble();
            }
            return numbers;
          });

  /// What rank 0 has found.
  private record Plan(List<String> files, String csv) {
    static final Codec<Plan> CODEC =
        Codecs.of(
            (out, plan) -> {
              Codecs.list(Codecs.STRING).write(plan.files, out);
              out.putString(plan.csv);
            },
            in -> new Plan(Codecs.list(Codecs.STRING).read(in), in.getString()));
  }

  /// Measures all images and writes the table. Collective.
  Summary run(Job job, Output further) throws Exception {
    Plan plan;
    try (var _ = job.phases().start(Phase.SCATTER)) {
      plan = job.onRoot(() -> plan(job), Plan.CODEC);
    }
    LongAdder bytes = new LongAdder();
    Items items =
        new Items(plan.files.size(), i -> plan.files.get((int) i), i -> replay(job, plan, i));
    MapResult<double[]> map =
        job.map(
            Kept.VALUES.from(i -> Path.of(plan.files.get((int) i))),
            items,
            () -> new Task(plan, bytes),
            NUMBERS);
    long decoded = job.comm().allreduce(bytes.sum(), Op.SUM);
    if (!job.writes(map)) {
      return Summary.of(List.of(), Map.of(), map, decoded);
    }
    Map<String, Object> results = new LinkedHashMap<>();
    try (var _ = job.phases().start(Phase.WRITE)) {
      job.onRoot(
          () -> {
            OutputFile.write(Path.of(plan.csv), csv(plan.files, map.values()));
            results.put("file", plan.csv);
            results.putAll(further.write(job.options().out(), map.values()));
            return null;
          },
          Codecs.NOTHING);
    }
    String line =
        "%s: %s, %s".formatted(plan.csv, Count.of(map.done(), "image"), String.join(", ", columns));
    if (map.failed() > 0) {
      line += "; nothing for " + Count.of(map.failed(), "failed image");
    }
    return Summary.of(List.of(line), results, map, decoded);
  }

  private Plan plan(Job job) {
    return new Plan(
        InputFiles.find(what, InputFiles.Kind.IMAGES).stream().map(Path::toString).toList(),
        job.output(name + ".csv").toString());
  }

  private String replay(Job job, Plan plan, long item) {
    return "sheaf %s %s%s --out %s"
        .formatted(
            name,
            ShellWords.quote(plan.files.get((int) item)),
            options,
            ShellWords.quote(job.options().out().resolve("replay").toString()));
  }

  private byte[] csv(List<String> files, List<double[]> rows) {
    StringBuilder table = new StringBuilder("file,").append(String.join(",", columns)).append('\n');
    for (int i = 0; i < rows.size(); i++) {
      table.append(Csv.quote(files.get(i)));
      for (int column = 0; column < columns.size(); column++) {
        table.append(',');
        if (rows.get(i) != null) {
          table.append(rows.get(i)[column]);
        }
      }
      table.append('\n');
    }
    return table.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// One thread's decoder and buffer.
  private final class Task implements ItemTask<double[]> {
    private final Plan plan;
    private final LongAdder bytes;
    private final ImageLoader loader = new ImageLoader(maxPixels);
    private final PixelBuffer buffer = new PixelBuffer();
    private final Measure measure = measures.get();

    Task(Plan plan, LongAdder bytes) {
      this.plan = plan;
      this.bytes = bytes;
    }

    @Override
    public double[] apply(long item) throws Exception {
      ImageSize size = loader.open(Path.of(plan.files.get((int) item)));
      MemorySegment rgb = buffer.of(size);
      loader.decode(rgb);
      bytes.add(size.rgbBytes());
      return measure.of(size, rgb);
    }

    @Override
    public void close() {
      loader.close();
    }
  }
}
