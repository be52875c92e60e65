package dev.sheaf.array;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;

/// Elements of any type as eight-byte ones.
public final class Elements {
  private Elements() {}

  /// Widens elements: floats to doubles, integers (and booleans, 0 or 1) to longs; uint64 keeps its
  /// bits. Exact.
  ///
  /// @param from the elements, from its position on, in its byte order
  /// @param to room for 8 bytes an element, from its position on, in its byte order
  public static void widen(DType type, int count, ByteBuffer from, ByteBuffer to) {
    LongBuffer longs = to.asLongBuffer();
    DoubleBuffer doubles = to.asDoubleBuffer();
    switch (type) {
      case BOOL, UINT8 -> {
        var in = from.slice();
        for (int i = 0; i < count; i++) {
          longs.put(i, in.get(i) & 0xff);
        }
      }
      case INT8 -> {
        var in = from.slice();
        for (int i = 0; i < count; i++) {
          longs.put(i, in.get(i));
        }
      }
      case INT16 -> {
        var in = from.asShortBuffer();
        for (int i = 0; i < count; i++) {
          longs.put(i, in.get(i));
        }
      }
      case UINT16 -> {
        var in = from.asShortBuffer();
        for (int i = 0; i < count; i++) {
          longs.put(i, in.get(i) & 0xffff);
        }
      }
      case INT32 -> {
        var in = from.asIntBuffer();
        for (int i = 0; i < count; i++) {
          longs.put(i, in.get(i));
        }
      }
      case UINT32 -> {
        var in = from.asIntBuffer();
        for (int i = 0; i < count; i++) {
          longs.put(i, in.get(i) & 0xffff_ffffL);
        }
      }
      case INT64, UINT64 -> {
        var in = from.asLongBuffer();
        for (int i = 0; i < count; i++) {
          longs.put(i, in.get(i));
        }
      }
      case FLOAT16 -> {
        var in = from.asShortBuffer();
        for (int i = 0; i < count; i++) {
          doubles.put(i, Float.float16ToFloat(in.get(i)));
        }
      }
      case FLOAT32 -> {
        var in = from.asFloatBuffer();
        for (int i = 0; i < count; i++) {
          doubles.put(i, in.get(i));
        }
      }
      case FLOAT64 -> {
        var in = from.asDoubleBuffer();
        for (int i = 0; i < count; i++) {
          doubles.put(i, in.get(i));
        }
      }
    }
  }

  /// Converts elements to doubles, each to the nearest, as NumPy's `astype(float)`.
  ///
  /// @param from the elements, from its position on, in its byte order
  /// @param to room for 8 bytes an element, from its position on, in its byte order
  public static void toDoubles(DType type, int count, ByteBuffer from, ByteBuffer to) {
    widen(type, count, from, to);
    if (type.isFloat()) {
      return;
    }
    LongBuffer longs = to.asLongBuffer();
    DoubleBuffer doubles = to.asDoubleBuffer();
    for (int i = 0; i < count; i++) {
      long value = longs.get(i);
      // Half of a large unsigned one, its last bit kept for the rounding.
      boolean large = type == DType.UINT64 && value < 0;
      doubles.put(i, large ? 2.0 * ((value >>> 1) | (value & 1)) : value);
    }
  }
}
