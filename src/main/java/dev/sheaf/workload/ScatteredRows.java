package dev.sheaf.workload;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.VBuffer;
import dev.sheaf.image.Convolution;
import dev.sheaf.report.Phase;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Rounds in which rank 0 reads the rows of the image that some bands need and scatters them.
final class ScatteredRows {
  /// Rank 0's memory for a round, unless one band takes more.
  private static final long ROUND_BYTES = 256 << 20;

  private final Job job;
  private final GreyImage image;
  private final Bands bands;
  private final long perRound;

  /// Rank 0's way to the image; `null` elsewhere.
  private final GreyImage.Reader reader;

  /// Memory for the rows of one rank, and on rank 0 of all.
  private final MemorySegment mine;

  private final MemorySegment all;

  /// What this rank has of the round.
  private List<Run> runs;

  /// Rows that lie behind one another, in the image and in the memory.
  ///
  /// @param from the first
  /// @param end the one after the last
  /// @param place the first one's, in bytes
  private record Run(long from, long end, long place) {}

  /// Prepares the rounds.
  ///
  /// @param reader reads the image; on rank 0
  /// @param arena lives as long as the rounds
  ScatteredRows(Job job, GreyImage image, Bands bands, GreyImage.Reader reader, Arena arena) {
    this.job = job;
    this.image = image;
    this.bands = bands;
    this.reader = reader;
    Convolution shape = bands.shape();
    int size = job.comm().size();
    long rows = Math.min(bands.height() * shape.stride() + shape.filterHeight(), image.height());
    perRound = Math.clamp(ROUND_BYTES / (rows * image.rowBytes()), 1, bands.count());
    long perRank = Math.ceilDiv(perRound, size) * rows * image.rowBytes();
    mine = arena.allocate(perRank, 64);
    all = reader == null ? null : arena.allocate(Math.min(perRound, size) * perRank, 64);
  }

  /// Bands of a round; the last one may have fewer.
  long perRound() {
    return perRound;
  }

  /// Reads and scatters the rows for these bands. Collective; their bytes, once, and those of rows
  /// that the filters reach over from two ranks, twice.
  void scatter(List<long[]> ofRanks) throws Exception {
    List<List<Run>> wanted = ofRanks.stream().map(this::runs).toList();
    long[] counts =
        wanted.stream()
            .mapToLong(some -> some.stream().mapToLong(run -> run.end - run.from).sum())
            .map(rows -> rows * image.width())
            .toArray();
    runs = wanted.get(job.comm().rank());
    try (var _ = job.phases().start(Phase.SCATTER)) {
      job.onRoot(() -> read(wanted, counts), Codecs.NOTHING);
      VBuffer parts = all == null ? null : VBuffer.of(new Buffer(all, ElementType.FLOAT64), counts);
      Buffer part = new Buffer(mine, ElementType.FLOAT64).slice(0, counts[job.comm().rank()]);
      job.comm().scatterv(parts, part, 0);
    }
  }

  /// The rows that bands need: consecutive bands share those that both reach.
  private List<Run> runs(long[] some) {
    List<Run> runs = new ArrayList<>();
    long place = 0;
    for (int first = 0; first < some.length; ) {
      int end = first + 1;
      while (end < some.length && some[end] == some[end - 1] + 1) {
        end++;
      }
      long from = bands.shape().firstNeeded(bands.firstRow(some[first]));
      long to = bands.shape().endNeeded(bands.endRow(some[end - 1]));
      runs.add(new Run(from, to, place));
      place += (to - from) * image.rowBytes();
      first = end;
    }
    return runs;
  }

  private Void read(List<List<Run>> wanted, long[] counts) throws IOException {
    long begin = 0;
    for (int rank = 0; rank < counts.length; rank++) {
      for (Run run : wanted.get(rank)) {
        long bytes = (run.end - run.from) * image.rowBytes();
        reader.read(run.from, all.asSlice(begin + run.place, bytes));
      }
      begin += counts[rank] * Double.BYTES;
    }
    return null;
  }

  /// Those from `first` to before `end`, of a band that this rank has in the round.
  MemorySegment rows(long first, long end) {
    for (Run run : runs) {
      if (run.from <= first && end <= run.end) {
        long place = run.place + (first - run.from) * image.rowBytes();
        return mine.asSlice(place, (end - first) * image.rowBytes());
      }
    }
    throw new AssertionError("rows %d to %d are not here".formatted(first, end));
  }
}
