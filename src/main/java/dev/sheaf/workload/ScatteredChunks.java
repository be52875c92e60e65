package dev.sheaf.workload;

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
import java.util.List;
import java.util.stream.LongStream;

/// Rounds in which rank 0 reads some chunks of an array and scatters them.
final class ScatteredChunks {
  /// Elements of a chunk: a power of two of blocks, as [Stats] wants it.
  static final long CHUNK = 8L * BlockMoments.BLOCK;

  /// Chunks of a round: 32 MiB of doubles.
  static final int PER_ROUND = 16;

  private final Job job;
  private final ArrayParts input;

  /// Bytes of a chunk.
  private final long bytes;

  /// Memory for the chunks of one rank, and on rank 0 of all.
  private final MemorySegment mine;

  private final MemorySegment all;

  /// Those that this rank has in the round.
  private long[] chunks;

  /// Prepares the rounds.
  ///
  /// @param arena lives as long as the rounds
  ScatteredChunks(Job job, ArrayParts input, Arena arena) {
    this.job = job;
    this.input = input;
    bytes = CHUNK * input.type().bytes();
    mine = arena.allocate(Math.ceilDiv(PER_ROUND, job.comm().size()) * bytes, 64);
    all = job.comm().rank() == 0 ? arena.allocate(PER_ROUND * bytes, 64) : null;
  }

  /// Reads these chunks and scatters them. Collective; their bytes, once.
  void scatter(List<long[]> ofRanks) throws Exception {
    long[] counts = ofRanks.stream().mapToLong(some -> some.length * bytes).toArray();
    long[] round = ofRanks.stream().flatMapToLong(LongStream::of).toArray();
    chunks = ofRanks.get(job.comm().rank());
    try (var _ = job.phases().start(Phase.SCATTER)) {
      job.onRoot(() -> read(round), Codecs.NOTHING);
      VBuffer parts = all == null ? null : VBuffer.of(new Buffer(all, ElementType.INT8), counts);
      Buffer part = new Buffer(mine.asSlice(0, chunks.length * bytes), ElementType.INT8);
      job.comm().scatterv(parts, part, 0);
    }
  }

  private Void read(long[] round) throws IOException {
    try (ViewReader reader = new ViewReader(input)) {
      for (int i = 0; i < round.length; i++) {
        long first = round[i] * CHUNK;
        long count = Math.min(CHUNK, input.count() - first);
        MemorySegment place = all.asSlice(i * bytes, count * input.type().bytes());
        reader.read(first, place.asByteBuffer());
      }
    }
    return null;
  }

  /// Fills the buffer with the elements from `first` on, of a chunk that this rank has in the
  /// round.
  void read(long first, ByteBuffer into) {
    int i = 0;
    while (first / CHUNK != chunks[i]) {
      i++;
    }
    long place = i * bytes + first % CHUNK * input.type().bytes();
    into.put(mine.asSlice(place, into.remaining()).asByteBuffer());
  }
}
