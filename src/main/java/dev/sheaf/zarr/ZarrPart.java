package dev.sheaf.zarr;

import dev.sheaf.array.ArrayView;
import dev.sheaf.array.AxisRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// A part of an array, as a slice takes it, in pieces: what each chunk has of it. Chunks that have
/// nothing of it are left out. The pieces are numbered in row-major order.
public final class ZarrPart {
  private final ZarrArray array;
  private final List<AxisRange> ranges;
  private final AxisChunks[] axes;
  private final long[] strides;

  /// A part of an array.
  ///
  /// @param ranges what it has of each axis
  public ZarrPart(ZarrArray array, List<AxisRange> ranges) {
    this.array = array;
    this.ranges = ranges;
    axes = new AxisChunks[ranges.size()];
    Arrays.setAll(axes, d -> new AxisChunks(ranges.get(d), array.chunk()[d]));
    strides = array.layout().strides();
  }

  /// The array.
  public ZarrArray array() {
    return array;
  }

  /// The number of pieces.
  public long pieces() {
    return Arrays.stream(axes).mapToLong(AxisChunks::count).reduce(1, (a, b) -> a * b);
  }

  /// How many pieces lie side by side along the last axis.
  public long row() {
    return axes.length == 0 ? 1 : axes[axes.length - 1].count();
  }

  /// A piece of the part.
  ///
  /// @param chunk the chunk's number along each axis
  /// @param first which of the part's indices of each axis is the first there
  /// @param elements which of the chunk's elements it has
  public record Piece(long[] chunk, long[] first, ArrayView elements) {}

  /// Tells of a piece.
  public Piece piece(long number) {
    int n = axes.length;
    long[] chunk = new long[n];
    long[] first = new long[n];
    long[] shape = new long[n];
    long[] steps = new long[n];
    long offset = 0;
    long rest = number;
    for (int d = n - 1; d >= 0; d--) {
      AxisChunks.Some some = axes[d].some(rest % axes[d].count());
      rest /= axes[d].count();
      chunk[d] = some.chunk();
      first[d] = some.first();
      shape[d] = some.length();
      steps[d] = ranges.get(d).step() * strides[d];
      offset += some.place() * strides[d];
    }
    return new Piece(chunk, first, new ArrayView(offset, shape, steps));
  }

  /// One thread's way to the elements of pieces. Blocking; reads the whole chunk of each. Memory: a
  /// chunk, its packed bytes, and if that is not all of it or not in this order, the piece.
  public final class Reader implements AutoCloseable {
    private final ChunkReader chunks = new ChunkReader(array);
    private ByteBuffer room = ByteBuffer.allocate(0);

    /// The elements of a piece in row-major order, as they are stored; to be used before the next
    /// one is read.
    ///
    /// @throws ZarrException if its chunk is damaged or cut short
    public ByteBuffer read(Piece piece) throws IOException {
      Bytes chunk = chunks.read(piece.chunk);
      int bytes = array.type().bytes();
      int length = Math.toIntExact(piece.elements.count() * bytes);
      ArrayView view = piece.elements.flattened();
      if (view.shape().length == 1 && view.strides()[0] == 1) {
        return ByteBuffer.wrap(chunk.array(), chunk.start() + (int) view.offset() * bytes, length);
      }
      if (room.capacity() < length) {
        room = ByteBuffer.allocate(length);
      }
      room.clear().limit(length);
      copy(chunk, view, 0, view.offset());
      return room.flip();
    }

    /// Copies what differs from an element in the indices of this axis and those behind it.
    private void copy(Bytes chunk, ArrayView view, int axis, long from) {
      int bytes = array.type().bytes();
      long length = view.shape()[axis];
      long stride = view.strides()[axis];
      if (axis < view.shape().length - 1) {
        for (long i = 0; i < length; i++) {
          copy(chunk, view, axis + 1, from + i * stride);
        }
      } else if (stride == 1) {
        room.put(chunk.array(), chunk.start() + (int) from * bytes, (int) length * bytes);
      } else {
        for (long i = 0; i < length; i++) {
          room.put(chunk.array(), chunk.start() + (int) (from + i * stride) * bytes, bytes);
        }
      }
    }

    @Override
    public void close() throws IOException {
      chunks.close();
    }
  }
}
