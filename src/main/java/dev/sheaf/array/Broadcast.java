package dev.sheaf.array;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;

/// NumPy's broadcasting: how an array of one shape is repeated along the dimensions of another, in
/// which its own length is 1 or which it has not.
public final class Broadcast {
  private final long[] shape;

  /// How far the array's next element is along each dimension; 0 where it is repeated.
  private final long[] strides;

  /// The dimensions before those that make a run.
  private final int outer;

  /// Elements that follow one another in the array, too, or are all the same.
  private final long run;

  private final boolean repeated;

  /// @param own the array's shape
  /// @param shape the shape that it takes: what [#shape] gave
  public Broadcast(long[] own, long[] shape) {
    this.shape = shape;
    strides = new long[shape.length];
    long stride = 1;
    for (int i = own.length - 1, j = shape.length - 1; i >= 0; i--, j--) {
      strides[j] = own[i] == 1 ? 0 : stride;
      stride *= own[i];
    }
    int dimensions = shape.length;
    long length = 1;
    repeated = dimensions > 0 && strides[dimensions - 1] == 0;
    while (dimensions > 0
        && (shape[dimensions - 1] == 1 || (strides[dimensions - 1] == 0) == repeated)) {
      length *= shape[--dimensions];
    }
    outer = dimensions;
    run = length;
  }

  /// The shape that arrays of two shapes take together.
  ///
  /// @return the shape, or `null` if two lengths differ and neither is 1
  public static long[] shape(long[] a, long[] b) {
    long[] shape = new long[Math.max(a.length, b.length)];
    for (int i = 1; i <= shape.length; i++) {
      long left = i > a.length ? 1 : a[a.length - i];
      long right = i > b.length ? 1 : b[b.length - i];
      if (left != right && left != 1 && right != 1) {
        return null;
      }
      shape[shape.length - i] = left == 1 ? right : left;
    }
    return shape;
  }

  /// Gives elements of the array in its new shape.
  ///
  /// @param array all elements of the array, doubles
  /// @param first index of the first element wanted
  /// @param into room for as many doubles as are wanted, in the machine's byte order
  public void read(MemorySegment array, long first, ByteBuffer into) {
    DoubleBuffer out = into.asDoubleBuffer();
    while (out.hasRemaining()) {
      long at = first + out.position();
      long within = at % run;
      long place = place(at / run);
      int some = (int) Math.min(run - within, out.remaining());
      if (repeated) {
        double value = array.getAtIndex(ValueLayout.JAVA_DOUBLE, place);
        for (int i = 0; i < some; i++) {
          out.put(value);
        }
      } else {
        long from = (place + within) * Double.BYTES;
        MemorySegment.copy(array, from, MemorySegment.ofBuffer(out), 0, (long) some * Double.BYTES);
        out.position(out.position() + some);
      }
    }
  }

  /// Where in the array a run begins.
  private long place(long index) {
    long place = 0;
    for (int i = outer - 1; i >= 0; i--) {
      place += index % shape[i] * strides[i];
      index /= shape[i];
    }
    return place;
  }
}
