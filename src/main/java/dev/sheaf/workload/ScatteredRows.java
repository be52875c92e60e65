package dev.sheaf.workload;

import dev.sheaf.comm.Blocks;
import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.VBuffer;
import dev.sheaf.image.Convolution;
import dev.sheaf.report.Phase;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Rounds in which rank 0 reads the rows of the image that consecutive bands need and scatters
/// them: an even block of the bands to each rank, in rank order.
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
  private long firstRow;

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
    long workers = (long) size * job.mapOptions().threads();
    perRound = Math.clamp(ROUND_BYTES / (rows * image.rowBytes()), 1, workers);
    long perRank = Math.ceilDiv(perRound, size) * rows * image.rowBytes();
    mine = arena.allocate(perRank, 64);
    all = reader == null ? null : arena.allocate(Math.min(perRound, size) * perRank, 64);
  }

  /// Bands of a round; the last one may have fewer.
  long perRound() {
    return perRound;
  }

  /// Reads and scatters the rows for the bands from `first` to before `end`. Collective; their
  /// bytes, once, and those of rows that the filters reach over from two ranks, twice.
  void scatter(long first, long end) throws Exception {
    int size = job.comm().size();
    Convolution shape = bands.shape();
    long[] from = new long[size];
    long[] counts = new long[size];
    for (int rank = 0; rank < size; rank++) {
      long band = first + Blocks.start(end - first, size, rank);
      long last = first + Blocks.start(end - first, size, rank + 1) - 1;
      if (band <= last) {
        from[rank] = shape.firstNeeded(bands.firstRow(band));
        counts[rank] = (shape.endNeeded(bands.endRow(last)) - from[rank]) * image.width();
      }
    }
    firstRow = from[job.comm().rank()];
    try (var _ = job.phases().start(Phase.SCATTER)) {
      job.onRoot(() -> read(from, counts), Codecs.NOTHING);
      VBuffer parts = all == null ? null : VBuffer.of(new Buffer(all, ElementType.FLOAT64), counts);
      Buffer part = new Buffer(mine, ElementType.FLOAT64).slice(0, counts[job.comm().rank()]);
      job.comm().scatterv(parts, part, 0);
    }
  }

  private Void read(long[] from, long[] counts) throws IOException {
    long place = 0;
    for (int rank = 0; rank < from.length; rank++) {
      long bytes = counts[rank] * Double.BYTES;
      reader.read(from[rank], all.asSlice(place, bytes));
      place += bytes;
    }
    return null;
  }

  /// This rank's rows of the round from `first` to before `end`.
  MemorySegment rows(long first, long end) {
    return mine.asSlice((first - firstRow) * image.rowBytes(), (end - first) * image.rowBytes());
  }
}
