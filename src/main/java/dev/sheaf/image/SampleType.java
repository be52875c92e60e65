package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Locale;

/// The types of samples that images are decoded to. In memory they are little-endian.
public enum SampleType {
  /// 0 to 255.
  UINT8(1),
  /// 0 to 65535.
  UINT16(2),
  /// IEEE 754 binary32.
  FLOAT32(4),
  /// IEEE 754 binary64.
  FLOAT64(8);

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int bytes;

  SampleType(int bytes) {
    this.bytes = bytes;
  }

  /// The size of a sample in bytes.
  public int bytes() {
    return bytes;
  }

  /// NumPy's name: `float32`.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The largest of an integer type's values, which start at 0; none of a float's.
  double largest() {
    return switch (this) {
      case UINT8 -> 0xff;
      case UINT16 -> 0xffff;
      case FLOAT32, FLOAT64 -> Double.POSITIVE_INFINITY;
    };
  }

  /// Reads samples, as many as `values` has room for.
  void read(MemorySegment from, long at, double[] values) {
    switch (this) {
      case UINT8 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = from.get(ValueLayout.JAVA_BYTE, at + i) & 0xff;
        }
      }
      case UINT16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = from.get(SHORT, at + 2L * i) & 0xffff;
        }
      }
      case FLOAT32 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = from.get(FLOAT, at + 4L * i);
        }
      }
      case FLOAT64 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = from.get(DOUBLE, at + 8L * i);
        }
      }
    }
  }

  /// Writes values as samples. For an integer type they must be integers that it has; of the many
  /// NaNs it is always the same.
  void write(double[] values, MemorySegment to, long at) {
    switch (this) {
      case UINT8 -> {
        for (int i = 0; i < values.length; i++) {
          to.set(ValueLayout.JAVA_BYTE, at + i, (byte) (int) values[i]);
        }
      }
      case UINT16 -> {
        for (int i = 0; i < values.length; i++) {
          to.set(SHORT, at + 2L * i, (short) (int) values[i]);
        }
      }
      case FLOAT32 -> {
        for (int i = 0; i < values.length; i++) {
          to.set(INT, at + 4L * i, Float.floatToIntBits((float) values[i]));
        }
      }
      case FLOAT64 -> {
        for (int i = 0; i < values.length; i++) {
          to.set(LONG, at + 8L * i, Double.doubleToLongBits(values[i]));
        }
      }
    }
  }

  /// Writes integers as samples, each times `factor`. For an integer type that must give values
  /// that it has.
  void write(int[] values, int factor, MemorySegment to, long at) {
    switch (this) {
      case UINT8 -> {
        for (int i = 0; i < values.length; i++) {
          to.set(ValueLayout.JAVA_BYTE, at + i, (byte) (values[i] * factor));
        }
      }
      case UINT16 -> {
        for (int i = 0; i < values.length; i++) {
          to.set(SHORT, at + 2L * i, (short) (values[i] * factor));
        }
      }
      case FLOAT32 -> {
        for (int i = 0; i < values.length; i++) {
          to.set(FLOAT, at + 4L * i, values[i] * factor);
        }
      }
      case FLOAT64 -> {
        for (int i = 0; i < values.length; i++) {
          to.set(DOUBLE, at + 8L * i, values[i] * factor);
        }
      }
    }
  }
}
