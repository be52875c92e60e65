package dev.sheaf.workload;

import dev.sheaf.array.DType;
import dev.sheaf.array.Elements;
import dev.sheaf.reduce.BlockMoments;
import dev.sheaf.reduce.Moments;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Supplier;

/// What one thread does with chunks of an array: their moments, and how their values are
/// distributed, if that is wanted.
final class ChunkTask {
  private final DType type;
  private final ChunkMoments moments;

  /// Of all chunks that count; `null` if not wanted.
  private final Distribution total;

  /// Of the chunk in hand: one that fails and is tried again must not count twice.
  private final Distribution chunk;

  private final ByteBuffer wide;

  /// @param distribution makes an empty one; gives `null` if none is wanted
  ChunkTask(StatsInput array, Supplier<Distribution> distribution) {
    type = array.type();
    moments = new ChunkMoments(type, array.order());
    total = distribution.get();
    chunk = distribution.get();
    wide =
        total == null
            ? null
            : ByteBuffer.allocateDirect(BlockMoments.BLOCK * Double.BYTES)
                .order(ByteOrder.nativeOrder());
  }

  /// The moments of `count` elements from `first` on, a chunk, which then is in hand.
  Moments of(ChunkMoments.Reader reader, long first, long count) throws IOException {
    if (total == null) {
      return moments.of(reader, first, count);
    }
    chunk.clear(total);
    return moments.of(
        (from, into) -> {
          ByteBuffer read = into.duplicate().order(into.order());
          reader.read(from, into);
          add(read);
        },
        first,
        count);
  }

  private void add(ByteBuffer elements) {
    int count = elements.remaining() / type.bytes();
    Elements.toDoubles(type, count, elements.slice().order(elements.order()), wide.clear());
    chunk.add(wide.asDoubleBuffer(), count);
  }

  /// The chunk in hand counts.
  void done() {
    if (total != null) {
      total.add(chunk);
    }
  }

  /// How the values of all chunks that count are distributed; `null` if that was not wanted.
  Distribution total() {
    return total;
  }
}
