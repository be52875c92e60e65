package dev.sheaf.workload;

import dev.sheaf.array.DType;
import dev.sheaf.comm.Codecs;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.reduce.BlockMoments;
import dev.sheaf.reduce.FixedTree;
import dev.sheaf.reduce.Moments;
import dev.sheaf.report.Phase;
import java.lang.foreign.Arena;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Mean, standard deviation, extremes and counts of an array of any size. The items are chunks of
/// the array.
///
/// NaNs are counted and left out, as by NumPy's `nanmean`, `nanstd` (`ddof=0`), `nanmin` and
/// `nanmax`. The moments of blocks of elements are combined in a fixed tree, so the result does not
/// depend on who had which chunk. Memory: a few hundred KiB a thread; with [Source#SCATTER] up to
/// 256 MiB on rank 0.
public final class Stats implements Workload {
  /// Who reads the array.
  public enum Source {
    /// Each rank its own chunks: for a file that all of them see.
    FILE,
    /// Rank 0, which scatters them in rounds: for a file that only rank 0 sees. A round gives each
    /// thread of every rank one chunk, whatever the schedule.
    SCATTER
  }

  /// Blocks of a chunk: 4 MiB of doubles.
  private static final int CHUNK_BLOCKS = 16;

  /// Rank 0's memory for a round of scattered chunks.
  private static final long ROUND_BYTES = 256 << 20;

  /// What is printed of mean and standard deviation: 12 digits, rounded as by C and NumPy.
  private static final MathContext DIGITS = new MathContext(12, RoundingMode.HALF_EVEN);

  private final Path file;
  private final long count;
  private final Source source;

  private Stats(Path file, long count, Source source) {
    this.file = file;
    this.count = count;
    this.source = source;
  }

  /// Of a `.npy` file.
  public static Stats of(Path file, Source source) {
    return new Stats(file, 0, source);
  }

  /// Of `count` standard normal numbers, made chunk by chunk, keyed by (the job's seed, index).
  public static Stats ofNormal(long count) {
    return new Stats(null, count, Source.FILE);
  }

  @Override
  public String name() {
    return "stats";
  }

  @Override
  public Summary run(Job job) throws Exception {
    ArrayInput input =
        job.onRoot(
            () ->
                file == null ? ArrayInput.normal(count, job.options().seed()) : ArrayInput.of(file),
            ArrayInput.CODEC);
    return source == Source.FILE ? map(job, input) : scatter(job, input);
  }

  // ---- each rank reads its own ----

  private Summary map(Job job, ArrayInput input) throws Exception {
    long chunk = (long) CHUNK_BLOCKS * BlockMoments.BLOCK;
    Items items =
        new Items(
            Math.ceilDiv(input.count(), chunk),
            item ->
                "elements %d to %d of %s"
                    .formatted(
                        item * chunk,
                        Math.min((item + 1) * chunk, input.count()) - 1,
                        input.file()),
            _ -> job.options().command());
    try (FileChannel channel = job.onAll(input::open)) {
      MapResult<Moments> map =
          job.map(
              items,
              () -> {
                ChunkMoments moments = new ChunkMoments(input.type(), input.order());
                return item -> {
                  long first = item * chunk;
                  return moments.of(
                      (from, into) -> input.read(channel, from, into),
                      first,
                      Math.min(chunk, input.count() - first));
                };
              },
              ChunkMoments.CODEC);
      if (!map.complete()) {
        return Summary.of(List.of(), Map.of(), map, 0);
      }
      Moments total = combine(job, map.values());
      return Summary.of(lines(input, total), results(input, total), map, bytes(input));
    }
  }

  // ---- rank 0 reads and scatters ----

  private Summary scatter(Job job, ArrayInput input) throws Exception {
    int threads = job.mapOptions().threads();
    long chunk = scatteredChunk(input, job.comm().size() * threads);
    List<Moments> mine = new ArrayList<>();
    try (Arena arena = Arena.ofShared();
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      Scatter round = new Scatter(job, input, chunk, threads, arena);
      while (round.next()) {
        try (var _ = job.phases().start(Phase.COMPUTE)) {
          for (Future<Moments> part : pool.invokeAll(round.tasks())) {
            mine.add(part.get());
          }
        }
      }
    }
    List<List<Moments>> ofRanks;
    try (var _ = job.phases().start(Phase.GATHER)) {
      ofRanks = job.comm().gatherObjects(mine, Codecs.list(ChunkMoments.CODEC), 0);
    }
    Moments total = combine(job, inOrder(ofRanks, threads));
    long chunks = Math.ceilDiv(input.count(), chunk);
    return new Summary(
        lines(input, total), results(input, total), chunks, bytes(input), List.of(), 0, 0);
  }

  /// The elements of a chunk such that rank 0 has room for one for each thread of all ranks: a
  /// power of two of blocks, so that chunks are subtrees of the tree over blocks.
  private static long scatteredChunk(ArrayInput input, int workers) {
    long blocks = CHUNK_BLOCKS;
    while (blocks > 1
        && blocks * BlockMoments.BLOCK * input.type().bytes() * workers > ROUND_BYTES) {
      blocks /= 2;
    }
    return blocks * BlockMoments.BLOCK;
  }

  /// Each round gave rank r the chunks behind those of rank r - 1, so many as it has threads.
  private static List<Moments> inOrder(List<List<Moments>> ofRanks, int threads) {
    List<Moments> ordered = new ArrayList<>();
    for (int from = 0; !ofRanks.isEmpty() && from < ofRanks.getFirst().size(); from += threads) {
      for (List<Moments> rank : ofRanks) {
        ordered.addAll(
            rank.subList(Math.min(from, rank.size()), Math.min(from + threads, rank.size())));
      }
    }
    return ordered;
  }

  // ---- the end, on rank 0 ----

  private static Moments combine(Job job, List<Moments> chunks) {
    try (var _ = job.phases().start(Phase.REDUCE)) {
      FixedTree<Moments> tree = new FixedTree<>(Moments::plus);
      chunks.forEach(tree::add);
      return tree.result(Moments.EMPTY);
    }
  }

  private static long bytes(ArrayInput input) {
    return input.count() * input.type().bytes();
  }

  private static Map<String, Object> results(ArrayInput input, Moments total) {
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("mean", total.mean());
    results.put("std", total.std());
    results.put("min", extreme(input.type(), total, total.least(), total.min()));
    results.put("max", extreme(input.type(), total, total.greatest(), total.max()));
    results.put("count", total.count());
    results.put("nan", total.nans());
    return results;
  }

  private static List<String> lines(ArrayInput input, Moments total) {
    List<String> lines = new ArrayList<>();
    results(input, total)
        .forEach((name, value) -> lines.add("%-5s %s".formatted(name, rounded(name, value))));
    return lines;
  }

  private static Object rounded(String name, Object value) {
    boolean inexact = name.equals("mean") || name.equals("std");
    if (!inexact || !(value instanceof Double number) || !Double.isFinite(number)) {
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
