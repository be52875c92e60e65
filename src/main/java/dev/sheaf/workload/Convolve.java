package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.image.Convolution;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.map.OrderedMap;
import dev.sheaf.report.Phase;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// 2-D convolution of an image with filters, then every stride-th row and column, with the bits of
/// `scipy.signal.convolve2d(image, filter, mode)[::stride, ::stride]` (see
/// [dev.sheaf.image.Convolver]): `convolved.npy`, float64 (filters, rows, columns). What an image
/// is, [GreyImage] tells.
///
/// Filters are scattered ([Split#FILTERS]), or rows of the image ([Split#IMAGE]). The items are
/// bands of rows of the output, of a group of filters or of all: so several filters are applied in
/// one pass over the image, and threads can share it. Each rank writes its bands into their places
/// in the file.
public final class Convolve implements Workload {
  /// What the ranks share out.
  public enum Split {
    /// The filters, in groups that one pass computes, and bands of the output of each. Each node
    /// holds the whole image, broadcast once, in memory that its ranks share: 8 bytes a pixel.
    FILTERS,
    /// Rows of the image, with those around them that the filters reach: for images larger than
    /// memory. Each thread holds the rows of one band.
    IMAGE
  }

  /// Images up to this many bytes are not compared with the machine's memory.
  private static final long SMALL = 1 << 30;

  private final ImageSource image;
  private final FilterSource filters;
  private final Convolution.Mode mode;
  private final int stride;
  private final Split split;
  private final Reading source;
  private final int iterations;

  /// What to convolve.
  ///
  /// @param source who reads an image that is split: [Reading#FILE] each rank its rows;
  ///   [Reading#SCATTER] rank 0, as always with pictures
  /// @param iterations how often to compute it, for timing; the last result is written
  public Convolve(
      ImageSource image,
      FilterSource filters,
      Convolution.Mode mode,
      int stride,
      Split split,
      Reading source,
      int iterations) {
    if (iterations < 1) {
      throw new InputException("--iterations " + iterations + ": must be at least 1");
    }
    if (stride < 1) {
      throw new InputException("--stride " + stride + ": must be at least 1");
    }
    this.image = image;
    this.filters = filters;
    this.mode = mode;
    this.stride = stride;
    this.split = split;
    this.source = source;
    this.iterations = iterations;
  }

  @Override
  public String name() {
    return "convolve";
  }

  @Override
  public void checkPart() {
    if (iterations > 1) {
      throw new InputException(
          "--iterations " + iterations + ": for timing the whole; not with --part");
    }
  }

  /// What rank 0 has found.
  private record Plan(GreyImage image, Filters filters) {
    static final Codec<Plan> CODEC =
        Codecs.of(
            (out, plan) -> {
              GreyImage.CODEC.write(plan.image, out);
              Filters.CODEC.write(plan.filters, out);
            },
            in -> new Plan(GreyImage.CODEC.read(in), Filters.CODEC.read(in)));
  }

  /// One computation of the whole output.
  @FunctionalInterface
  private interface Iteration {
    /// Collective.
    ///
    /// @param output takes the result, or `null`
    MapResult<Void> run(SharedOutput output) throws Exception;
  }

  @Override
  public Summary run(Job job) throws Exception {
    Plan plan;
    try (var _ = job.phases().start(Phase.SCATTER)) {
      plan = job.onRoot(() -> plan(job), Plan.CODEC);
    }
    return new Run(job, plan).run();
  }

  private Plan plan(Job job) throws IOException {
    if (image instanceof ImageSource.File file) {
      job.reads(file.path());
    }
    if (filters instanceof FilterSource.File file) {
      job.reads(file.path());
    }
    long seed = job.options().seed();
    Plan plan = new Plan(GreyImage.of(image, seed), Filters.of(filters, seed));
    Convolution shape = shape(plan);
    long most = Long.MAX_VALUE / Double.BYTES / plan.filters.count();
    if (shape.outHeight() > most / shape.outWidth()) {
      throw new InputException("an output of more than 2^63 bytes; give a larger --stride");
    }
    return plan;
  }

  private Convolution shape(Plan plan) {
    return new Convolution(
        plan.image.height(),
        plan.image.width(),
        plan.filters.height(),
        plan.filters.width(),
        mode,
        stride);
  }

  /// The work on one rank.
  private final class Run {
    private final Job job;
    private final GreyImage image;
    private final Filters filters;
    private final Convolution shape;
    private final List<Double> seconds = new ArrayList<>();

    Run(Job job, Plan plan) {
      this.job = job;
      this.image = plan.image;
      this.filters = plan.filters;
      this.shape = shape(plan);
    }

    Summary run() throws Exception {
      if (split == Split.FILTERS) {
        job.onAll(this::checkMemory);
      }
      long[] size = {filters.count(), shape.outHeight(), shape.outWidth()};
      NpyHeader header = NpyHeader.of(DType.FLOAT64, size);
      try (SharedOutput output = SharedOutput.create(job, "convolved.npy", header)) {
        MapResult<Void> map;
        if (split == Split.FILTERS) {
          map = filters(output);
        } else if (source == Reading.SCATTER || image.picture() != null) {
          map = scatteredRows(output);
        } else {
          map = ownRows(output);
        }
        boolean written = job.writes(map);
        if (written) {
          output.commit(job);
        }
        return summary(size, map, written);
      }
    }

    private MapResult<Void> repeat(SharedOutput output, Iteration iteration) throws Exception {
      while (true) {
        long begin = System.nanoTime();
        boolean last = seconds.size() == iterations - 1;
        MapResult<Void> map = iteration.run(last ? output : null);
        seconds.add((System.nanoTime() - begin) / 1e9);
        if (last || !map.complete()) {
          return map;
        }
      }
    }

    private String replay(long item) {
      return job.options().command();
    }

    private MapResult<Void> map(Bands bands, Supplier<BandTask.Rows> rows, SharedOutput output)
        throws Exception {
      Items items = bands.items(this::replay);
      Supplier<BandTask> tasks = () -> new BandTask(bands, filters.elements(), rows.get(), output);
      if (output != null) {
        return job.map(Kept.in(output), items, tasks, Codecs.NOTHING);
      }
      return seconds.isEmpty()
          ? job.map(items, tasks, Codecs.NOTHING)
          : OrderedMap.map(
              job.comm(),
              items,
              job.mapOptions(),
              tasks,
              Codecs.NOTHING,
              job.phases(),
              job.drain());
    }

    // ---- filters are scattered, each node holds the image ----

    private MapResult<Void> filters(SharedOutput output) throws Exception {
      Bands bands = Bands.ofSomeFilters(shape, filters.count());
      return NodeCopy.with(
          job,
          image.bytes(),
          this::read,
          whole -> {
            BandTask.Rows rows =
                (first, end) ->
                    whole.asSlice(first * image.rowBytes(), (end - first) * image.rowBytes());
            return repeat(output, to -> map(bands, () -> rows, to));
          });
    }

    private void read(MemorySegment memory) throws IOException {
      try (FileChannel channel = image.open()) {
        image.reader(channel).read(0, memory);
      }
    }

    private Void checkMemory() {
      if (image.bytes() > SMALL
          && ManagementFactory.getOperatingSystemMXBean()
              instanceof com.sun.management.OperatingSystemMXBean system
          && image.bytes() > system.getTotalMemorySize()) {
        throw new InputException(
            "an image of %dx%d: %d bytes, %s has %d; give --split image"
                .formatted(
                    image.height(),
                    image.width(),
                    image.bytes(),
                    job.comm().host(),
                    system.getTotalMemorySize()));
      }
      return null;
    }

    // ---- rows of the image are scattered: each rank reads its own, or rank 0 sends them ----

    private MapResult<Void> ownRows(SharedOutput output) throws Exception {
      Bands bands = Bands.ofAllFilters(shape, filters.count());
      try (FileChannel channel = image.openByAll(job)) {
        return repeat(output, to -> map(bands, () -> readRows(image.reader(channel)), to));
      }
    }

    /// One thread's rows, in memory of their own.
    private BandTask.Rows readRows(GreyImage.Reader reader) {
      MemorySegment[] memory = {MemorySegment.NULL};
      return (first, end) -> {
        long bytes = (end - first) * image.rowBytes();
        if (memory[0].byteSize() < bytes) {
          memory[0] = Arena.ofAuto().allocate(bytes, 64);
        }
        MemorySegment rows = memory[0].asSlice(0, bytes);
        reader.read(first, rows);
        return rows;
      };
    }

    private MapResult<Void> scatteredRows(SharedOutput output) throws Exception {
      Bands bands = Bands.ofAllFilters(shape, filters.count());
      boolean root = job.comm().rank() == 0;
      try (FileChannel channel = job.onAll(() -> root ? image.open() : null);
          Arena arena = Arena.ofShared()) {
        GreyImage.Reader reader = job.onAll(() -> root ? image.reader(channel) : null);
        ScatteredRows rows = new ScatteredRows(job, image, bands, reader, arena);
        Rounds rounds = new Rounds(job, bands.items(this::replay), rows.perRound(), rows::scatter);
        return repeat(
            output,
            to ->
                rounds.map(
                    to == null ? null : Kept.in(to),
                    () -> new BandTask(bands, filters.elements(), rows::rows, to),
                    Codecs.NOTHING));
      }
    }

    // ---- the end ----

    private Summary summary(long[] size, MapResult<Void> map, boolean written) {
      if (!written) {
        return Summary.of(List.of(), Map.of(), map, 0);
      }
      Path file = job.options().out().resolve("convolved.npy");
      String line = "%s: float64 (%d, %d, %d)".formatted(file, size[0], size[1], size[2]);
      if (map.failed() > 0) {
        line += ", zeros in the places of %d failed bands".formatted(map.failed());
      }
      double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      Map<String, Object> results = new LinkedHashMap<>();
      results.put("file", file.toString());
      results.put("shape", Arrays.stream(size).boxed().toList());
      results.put("iterations", iterations);
      results.put("iteration_seconds_median", sorted[sorted.length / 2]);
      return Summary.of(List.of(line), results, map, iterations * image.bytes());
    }
  }
}
