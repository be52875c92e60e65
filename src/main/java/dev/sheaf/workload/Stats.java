package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.plot.Bins;
import dev.sheaf.plot.Histogram;
import dev.sheaf.reduce.BinCounts;
import dev.sheaf.reduce.BlockMoments;
import dev.sheaf.reduce.FixedTree;
import dev.sheaf.reduce.Moments;
import dev.sheaf.report.Phase;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// Mean, standard deviation, extremes and counts of an array of any size, or of a part of it. The
/// items are chunks of the array.
///
/// NaNs are counted and left out, as by NumPy's `nanmean`, `nanstd` (`ddof=0`), `nanmin` and
/// `nanmax`. The moments of blocks of elements are combined in a fixed tree, so the result does not
/// depend on who had which chunk. Memory: a few hundred KiB a thread, 1 MiB more for a part whose
/// elements lie apart; with [Reading#SCATTER] as many chunks as a round has on rank 0, 32 MiB of
/// doubles, and its share of them on each rank. Disk: arrays that are packed in `.npz` files are
/// unpacked beside the output, and deleted at the end.
///
/// Of Zarr arrays the items are their own chunks, as far as they are asked for; memory: one of
/// these a thread, its packed bytes, and the part of it that is asked for. Along an axis they are
/// unpacked beside the output, too.
///
/// Quantiles come from the same pass, by a [dev.sheaf.reduce.QuantileSketch], which takes 4 MiB
/// more a thread and tells the bound of its error. So does a histogram in a given range; from the
/// least to the greatest value it takes a second pass. `histogram.csv` has a line a bin,
/// `histogram.png` and `histogram.svg` draw it.
public final class Stats implements Workload {
  /// Elements of a chunk: 4 MiB of doubles. A power of two of blocks, so that a chunk is a subtree
  /// of the tree over these.
  private static final long CHUNK = 16L * BlockMoments.BLOCK;

  /// What is printed of numbers that are rounded: 12 digits, rounded as by C and NumPy.
  private static final MathContext DIGITS = new MathContext(12, RoundingMode.HALF_EVEN);

  private static final Codec<StatsInput> INPUT =
      Codecs.of(
          (out, input) -> {
            out.putBoolean(input instanceof ZarrParts);
            switch (input) {
              case ArrayParts parts -> ArrayParts.CODEC.write(parts, out);
              case ZarrParts parts -> ZarrParts.CODEC.write(parts, out);
            }
          },
          in -> in.getBoolean() ? ZarrParts.CODEC.read(in) : ArrayParts.CODEC.read(in));

  /// What to tell of the array.
  ///
  /// @param slice the part that is looked at, as NumPy's basic slicing has it; `null` for all
  /// @param axis along which to tell it in files, as NumPy counts them; `null` for none
  /// @param quantiles where, 0 to 1; may be none
  /// @param bins of a histogram; 0 for none
  /// @param range of the histogram; `null` for all values
  public record Wanted(String slice, Integer axis, double[] quantiles, int bins, BinRange range) {
    /// The moments of the whole array.
    public static final Wanted PLAIN = new Wanted(null, null, new double[0], 0, null);

    /// Checks the numbers.
    public Wanted {
      for (double q : quantiles) {
        if (!(q >= 0 && q <= 1)) {
          throw new InputException("--quantiles %s: must be 0 to 1".formatted(q));
        }
      }
      if (bins != 0) {
        BinRange.checkBins(bins);
      }
      if (axis != null && (quantiles.length > 0 || bins > 0)) {
        throw new InputException(
            "--axis: quantiles and histograms are of all values; give them without it");
      }
    }
  }

  private final ArraySource array;
  private final Wanted wanted;
  private final Reading reading;

  /// Of an array.
  ///
  /// @throws InputException if it is to be read in a way that can't be
  public Stats(ArraySource array, Wanted wanted, Reading reading) {
    if (wanted.axis != null && reading == Reading.SCATTER) {
      throw new InputException("--axis: each rank reads its own part; not with --source scatter");
    }
    this.array = array;
    this.wanted = wanted;
    this.reading = reading;
  }

  @Override
  public String name() {
    return "stats";
  }

  @Override
  public boolean writes() {
    return wanted.bins > 0 || wanted.axis != null;
  }

  /// It keeps its values in the journal, wherever that is.
  @Override
  public void checkPart() {}

  @Override
  public Summary run(Job job) throws Exception {
    try (ArrayParts.Unpacked unpacked = new ArrayParts.Unpacked()) {
      return new Run(job, job.onRoot(() -> plan(job, unpacked), INPUT)).run();
    }
  }

  private StatsInput plan(Job job, ArrayParts.Unpacked unpacked) {
    if (wanted.bins > 0) {
      job.output("histogram.csv");
    }
    if (array instanceof ArraySource.Files(var names)
        && names.stream().anyMatch(ZarrParts::isZarr)) {
      if (reading == Reading.SCATTER) {
        throw new InputException("--source scatter: of Zarr arrays each rank reads its own chunks");
      }
      ZarrParts chunks = ZarrParts.of(job, names, wanted.slice);
      if (wanted.axis != null) { // before anything is unpacked
        AxisStats.axis(wanted.axis, chunks.shape());
        if (job.options().run().part() != null) {
          throw new InputException(
              "--part: what --axis unpacks of Zarr arrays is not kept for the other parts");
        }
      }
      return chunks;
    }
    return ArrayParts.of(job, array, wanted.slice, unpacked);
  }

  /// What one pass over the array gives.
  ///
  /// @param moments on rank 0
  /// @param distribution on rank 0, if it is wanted
  /// @param map of the chunks
  private record Pass(Moments moments, Distribution distribution, MapResult<Moments> map) {}

  /// One thread's way to the parts of an array that are items.
  private interface Pieces extends AutoCloseable {
    Moments moments(ChunkTask task, long item) throws IOException;

    @Override
    void close() throws IOException;
  }

  /// The work on one rank.
  private final class Run {
    private final Job job;
    private final StatsInput input;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Object> results = new LinkedHashMap<>();

    Run(Job job, StatsInput input) {
      this.job = job;
      this.input = input;
    }

    Summary run() throws Exception {
      return wanted.axis == null ? whole() : alongAxis();
    }

    private Summary alongAxis() throws Exception {
      if (input instanceof ZarrParts chunks) {
        ZarrRows rows = new ZarrRows(chunks);
        try (SharedOutput file = SharedOutput.scratch(job, "rows", input.bytes())) {
          MapResult<?> map = rows.write(job, file);
          return map.complete()
              ? alongAxis(rows.written(file.written(job)))
              : Summary.of(List.of(), Map.of(), map, 0);
        }
      }
      return alongAxis((ArrayParts) input);
    }

    private Summary alongAxis(ArrayParts rows) throws Exception {
      AxisStats axis = job.onAll(() -> new AxisStats(job, rows, wanted.axis));
      MapResult<?> map = axis.run();
      if (!map.complete()) {
        return Summary.of(List.of(), Map.of(), map, 0);
      }
      tellMoments(axis.total());
      results.put("files", axis.files());
      String shape = NpyHeader.tuple(axis.shape());
      axis.files().forEach(file -> lines.add(file + (file.endsWith(".npy") ? ": " + shape : "")));
      return Summary.of(lines, results, map, input.bytes());
    }

    private Summary whole() throws Exception {
      Pass pass = pass(wanted.quantiles.length > 0, wanted.range);
      if (!pass.map.complete()) {
        return Summary.of(List.of(), Map.of(), pass.map, 0);
      }
      tellMoments(pass.moments);
      if (wanted.quantiles.length > 0) {
        tellQuantiles(pass.distribution);
      }
      if (wanted.bins > 0) {
        BinCounts counts;
        if (wanted.range != null) {
          counts = pass.distribution.bins();
        } else {
          BinRange range = job.onRoot(() -> range(pass.moments), BinRange.CODEC);
          Pass second = pass(false, range);
          if (!second.map.complete()) {
            return Summary.of(List.of(), Map.of(), second.map, 0);
          }
          counts = second.distribution.bins();
        }
        try (var _ = job.phases().start(Phase.WRITE)) {
          job.onRoot(() -> writeHistogram(counts, pass.moments), Codecs.NOTHING);
        }
      }
      return Summary.of(lines, results, pass.map, input.bytes());
    }

    private Pass pass(boolean quantiles, BinRange range) throws Exception {
      boolean plain = !quantiles && range == null;
      Distribution all = plain ? null : new Distribution(quantiles, range);
      Supplier<ChunkTask> tasks =
          () -> new ChunkTask(input, () -> plain ? null : new Distribution(quantiles, range));
      Kept kept = range == null ? Kept.VALUES : Kept.VALUES.given(range);
      MapResult<Moments> map =
          reading == Reading.FILE ? map(kept, tasks, all) : scatter(kept, tasks, all);
      if (map.complete() && all != null) {
        try (var _ = job.phases().start(Phase.REDUCE)) {
          all.reduce(job.comm());
        }
      }
      return new Pass(map.complete() ? combine(map.values()) : Moments.EMPTY, all, map);
    }

    /// Each rank reads its own chunks.
    private MapResult<Moments> map(Kept kept, Supplier<ChunkTask> tasks, Distribution all)
        throws Exception {
      return switch (input) {
        case ArrayParts parts -> {
          parts.checkSeen(job);
          yield job.map(
              kept,
              items(CHUNK),
              () -> new MapTask(tasks.get(), pieces(CHUNK, new ViewReader(parts)), all),
              ChunkMoments.CODEC);
        }
        case ZarrParts chunks ->
            job.map(
                kept.from(chunks::file),
                chunks.items(job.options().command()),
                () -> new MapTask(tasks.get(), pieces(chunks.new PieceReader()), all),
                ChunkMoments.CODEC);
      };
    }

    /// Rank 0 reads the chunks, smaller ones, and scatters them.
    private MapResult<Moments> scatter(Kept kept, Supplier<ChunkTask> tasks, Distribution all)
        throws Exception {
      long chunk = ScatteredChunks.CHUNK;
      try (Arena arena = Arena.ofShared()) {
        ScatteredChunks chunks = new ScatteredChunks(job, (ArrayParts) input, arena);
        return new Rounds(job, items(chunk), ScatteredChunks.PER_ROUND, chunks::scatter)
            .map(
                kept,
                () -> new MapTask(tasks.get(), pieces(chunk, chunks::read), all),
                ChunkMoments.CODEC);
      }
    }

    private Items items(long chunk) {
      return new Items(
          Math.ceilDiv(input.count(), chunk),
          item ->
              "elements %d to %d of %s"
                  .formatted(
                      item * chunk, Math.min((item + 1) * chunk, input.count()) - 1, input.name()),
          _ -> job.options().command());
    }

    /// Pieces of so many elements each.
    private Pieces pieces(long chunk, ChunkMoments.Reader reader) {
      return new Pieces() {
        @Override
        public Moments moments(ChunkTask task, long item) throws IOException {
          long first = item * chunk;
          return task.of(reader, first, Math.min(chunk, input.count() - first));
        }

        @Override
        public void close() throws IOException {
          reader.close();
        }
      };
    }

    /// Pieces as an array is stored in.
    private Pieces pieces(ZarrParts.PieceReader reader) {
      int bytes = input.type().bytes();
      return new Pieces() {
        @Override
        public Moments moments(ChunkTask task, long item) throws IOException {
          ByteBuffer piece = reader.read(item).elements();
          int start = piece.position();
          return task.of(
              (first, into) -> into.put(piece.slice(start + (int) first * bytes, into.remaining())),
              0,
              piece.remaining() / bytes);
        }

        @Override
        public void close() throws IOException {
          reader.close();
        }
      };
    }

    /// One thread's chunks.
    private static final class MapTask implements ItemTask<Moments> {
      private final ChunkTask task;
      private final Pieces pieces;
      private final Distribution all;

      MapTask(ChunkTask task, Pieces pieces, Distribution all) {
        this.task = task;
        this.pieces = pieces;
        this.all = all;
      }

      @Override
      public Moments apply(long item) throws IOException {
        return pieces.moments(task, item);
      }

      @Override
      public void done() {
        task.done();
      }

      @Override
      public boolean gathers() {
        return true;
      }

      @Override
      public void settle(Encoder kept) {
        if (all != null) {
          if (kept != null) {
            task.total().write(kept);
          }
          synchronized (all) {
            all.add(task.total());
            task.total().clear(all);
          }
        }
      }

      @Override
      public void restore(long item, Moments moments, Decoder kept) {
        if (kept.hasRemaining()) {
          synchronized (all) {
            all.add(kept);
          }
        }
      }

      @Override
      public void close() throws IOException {
        pieces.close();
      }
    }

    // ---- the end, on rank 0 ----

    private Moments combine(List<Moments> chunks) {
      try (var _ = job.phases().start(Phase.REDUCE)) {
        FixedTree<Moments> tree = new FixedTree<>(Moments::plus);
        chunks.forEach(tree::add);
        return tree.result(Moments.EMPTY);
      }
    }

    private void tell(String name, Object value, boolean inexact) {
      results.put(name, value);
      lines.add("%-5s %s".formatted(name, inexact ? rounded(value) : value));
    }

    private void tellMoments(Moments total) {
      DType type = input.type();
      tell("mean", total.mean(), true);
      tell("std", total.std(), true);
      tell("min", extreme(type, total, total.least(), total.min()), false);
      tell("max", extreme(type, total, total.greatest(), total.max()), false);
      tell("count", total.count(), false);
      tell("nan", total.nans(), false);
    }

    private void tellQuantiles(Distribution distribution) {
      double[] values = distribution.sketch().quantiles(wanted.quantiles);
      for (int i = 0; i < values.length; i++) {
        tell("q" + rounded(wanted.quantiles[i]), values[i], true);
      }
      double error = distribution.sketch().relativeError();
      results.put("quantile_error", error);
      lines.add(
          error == 0
              ? "quantiles are exact"
              : String.format(
                  Locale.ROOT, "quantiles have a relative error of at most %.2g", error));
    }

    private BinRange range(Moments total) {
      return BinRange.around(number(total, false), number(total, true), wanted.bins);
    }

    private double number(Moments total, boolean greatest) {
      Object extreme =
          greatest
              ? extreme(input.type(), total, total.greatest(), total.max())
              : extreme(input.type(), total, total.least(), total.min());
      return ((Number) extreme).doubleValue();
    }

    private Void writeHistogram(BinCounts counted, Moments total) {
      double[] edges = counted.edges();
      long[] counts = counted.counts();
      StringBuilder csv = new StringBuilder("low,high,count\n");
      for (int i = 0; i < counts.length; i++) {
        csv.append(edges[i]).append(',').append(edges[i + 1]).append(',').append(counts[i]);
        csv.append('\n');
      }
      Path table = job.output("histogram.csv");
      OutputFile.write(table, csv.toString().getBytes(StandardCharsets.UTF_8));
      double low = edges[0];
      double high = edges[counts.length];
      Histogram histogram =
          new Histogram(
              "Histogram of " + Path.of(input.name()).getFileName(),
              "value",
              "values per bin",
              new Bins(low, (high - low) / counts.length, counts.length),
              List.of(new Histogram.Series("all values", counts)),
              false);
      List<String> files = new ArrayList<>(List.of(table.toString()));
      files.addAll(Plots.write(job.options().out(), "histogram", histogram));
      results.put("histogram", files);
      lines.add(
          "%s: %d bins from %s to %s, %d of %d values"
              .formatted(
                  table,
                  counts.length,
                  rounded(low),
                  rounded(high),
                  Arrays.stream(counts).sum(),
                  total.count()));
      return null;
    }
  }

  private static Object rounded(Object value) {
    if (!(value instanceof Double number) || !Double.isFinite(number)) {
      return value;
    }
    BigDecimal digits = new BigDecimal(number).round(DIGITS).stripTrailingZeros();
    boolean shortInteger = digits.scale() < 0 && digits.precision() - digits.scale() <= 16;
    return shortInteger ? digits.setScale(0) : digits; // 36910, not 3.691E+4
  }

  /// An extreme in the array's own type; NaN without values.
  private static Object extreme(DType type, Moments total, long bits, double number) {
    if (type.isFloat() || total.count() == 0) {
      return number;
    }
    return type == DType.UINT64
        ? new BigInteger(Long.toUnsignedString(bits ^ Long.MIN_VALUE))
        : (Object) bits;
  }
}
