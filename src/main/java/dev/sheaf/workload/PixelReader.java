package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.array.Elements;
import dev.sheaf.array.NpyHeader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Reads elements of an array as doubles, each converted to the nearest. One a thread.
final class PixelReader {
  /// Elements converted at a time.
  private static final int PIECE = 1 << 15;

  private final ArrayInput input;
  private final FileChannel channel;

  /// The elements as they come; `null` if they need not be converted.
  private final ByteBuffer raw;

  /// For this array.
  ///
  /// @param channel what [ArrayInput#open] gave; stays open
  PixelReader(ArrayInput input, FileChannel channel) {
    this.input = input;
    this.channel = channel;
    boolean asTheyAre = input.type() == DType.FLOAT64 && input.order() == ByteOrder.nativeOrder();
    raw =
        asTheyAre
            ? null
            : ByteBuffer.allocateDirect(PIECE * input.type().bytes()).order(input.order());
  }

  /// The header of a file whose rows follow one another.
  ///
  /// @throws InputException if it is no array of numbers, or its columns follow one another
  static NpyHeader header(Path file) {
    NpyHeader header = NpyHeader.read(file);
    if (header.fortranOrder()) {
      throw new InputException(
          file + ": in Fortran order; save it row by row: numpy.ascontiguousarray");
    }
    return header;
  }

  /// Fills the memory with elements from `first` on, in the machine's byte order.
  void read(long first, MemorySegment doubles) throws IOException {
    long count = doubles.byteSize() / Double.BYTES;
    for (long done = 0; done < count; done += PIECE) {
      long some = Math.min(PIECE, count - done);
      MemorySegment piece = doubles.asSlice(done * Double.BYTES, some * Double.BYTES);
      read(first + done, piece.asByteBuffer().order(ByteOrder.nativeOrder()));
    }
  }

  /// Fills at most [#PIECE] elements.
  ///
  /// @param doubles in the machine's byte order, from its position to its limit
  void read(long first, ByteBuffer doubles) throws IOException {
    if (raw == null) {
      input.read(channel, first, doubles);
    } else {
      int count = doubles.remaining() / Double.BYTES;
      input.read(channel, first, raw.clear().limit(count * input.type().bytes()));
      Elements.toDoubles(input.type(), count, raw.flip(), doubles);
    }
  }
}
