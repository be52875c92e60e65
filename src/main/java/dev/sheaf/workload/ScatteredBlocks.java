package dev.sheaf.workload;

import dev.sheaf.comm.Blocks;
import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.VBuffer;
import dev.sheaf.reduce.BlockMoments;
import dev.sheaf.report.Phase;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Rounds in which rank 0 reads some blocks of an array and scatters them: an even part of them to
/// each rank, in rank order.
final class ScatteredBlocks {
  /// Blocks of a round: 32 MiB of doubles.
  static final int PER_ROUND = 128;

  private final Job job;
  private final ArrayParts input;

  /// Bytes of a block.
  private final long bytes;

  /// Memory for the blocks of one rank, and on rank 0 of all.
  private final MemorySegment mine;

  private final MemorySegment all;

  /// The blocks that this rank has in the round.
  private long[] blocks;

  /// Prepares the rounds.
  ///
  /// @param arena lives as long as the rounds
  ScatteredBlocks(Job job, ArrayParts input, Arena arena) {
    this.job = job;
    this.input = input;
    bytes = (long) BlockMoments.BLOCK * input.type().bytes();
    mine = arena.allocate(Math.ceilDiv(PER_ROUND, job.comm().size()) * bytes, 64);
    all = job.comm().rank() == 0 ? arena.allocate(PER_ROUND * bytes, 64) : null;
  }

  /// Reads and scatters these blocks. Collective; their bytes, once.
  void scatter(long[] round) throws Exception {
    int size = job.comm().size();
    long[] counts = new long[size];
    for (int rank = 0; rank < size; rank++) {
      counts[rank] = ofRank(round, rank).length * bytes;
    }
    blocks = ofRank(round, job.comm().rank());
    try (var _ = job.phases().start(Phase.SCATTER)) {
      job.onRoot(() -> read(round), Codecs.NOTHING);
      VBuffer parts = all == null ? null : VBuffer.of(new Buffer(all, ElementType.INT8), counts);
      Buffer part = new Buffer(mine.asSlice(0, blocks.length * bytes), ElementType.INT8);
      job.comm().scatterv(parts, part, 0);
    }
  }

  private long[] ofRank(long[] round, int rank) {
    int size = job.comm().size();
    return Arrays.copyOfRange(
        round,
        (int) Blocks.start(round.length, size, rank),
        (int) Blocks.start(round.length, size, rank + 1));
  }

  private Void read(long[] round) throws IOException {
    try (ViewReader reader = new ViewReader(input)) {
      for (int i = 0; i < round.length; i++) {
        long first = round[i] * BlockMoments.BLOCK;
        long count = Math.min(BlockMoments.BLOCK, input.count() - first);
        MemorySegment place = all.asSlice(i * bytes, count * input.type().bytes());
        reader.read(first, place.asByteBuffer());
      }
    }
    return null;
  }

  /// Fills the buffer with the elements from `first` on, of a block that this rank has in the
  /// round.
  void read(long first, ByteBuffer into) {
    int i = 0;
    while (first / BlockMoments.BLOCK != blocks[i]) {
      i++;
    }
    long place = i * bytes + first % BlockMoments.BLOCK * input.type().bytes();
    into.put(mine.asSlice(place, into.remaining()).asByteBuffer());
  }
}
