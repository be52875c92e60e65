package dev.sheaf.comm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Buffers of all types and kinds of memory, with values that every type holds exactly.
final class Elements {
  private Elements() {}

  /// A value for each index, within a byte.
  @FunctionalInterface
  interface Values {
    long at(long index);
  }

  /// The values of a rank's data, different for each rank.
  static Values of(int rank) {
    return i -> (rank * 13L + i * 7) % 41;
  }

  /// Where a buffer lies.
  enum Memory {
    /// The middle of an array.
    HEAP,
    /// The middle of a native allocation.
    NATIVE
  }

  static Buffer allocate(Memory memory, ElementType type, long count) {
    Buffer around =
        switch (memory) {
          case HEAP -> heap(type, Math.toIntExact(count + 3));
          case NATIVE -> Buffer.allocate(Arena.ofAuto(), type, count + 3);
        };
    return around.slice(2, count);
  }

  static Buffer filled(Memory memory, ElementType type, long count, Values values) {
    return fill(allocate(memory, type, count), values);
  }

  static Buffer fill(Buffer buffer, Values values) {
    for (long i = 0; i < buffer.count(); i++) {
      set(buffer, i, values.at(i));
    }
    return buffer;
  }

  private static Buffer heap(ElementType type, int count) {
    return switch (type) {
      case INT8 -> Buffer.of(new byte[count]);
      case INT32 -> Buffer.of(new int[count]);
      case INT64 -> Buffer.of(new long[count]);
      case FLOAT32 -> Buffer.of(new float[count]);
      case FLOAT64 -> Buffer.of(new double[count]);
    };
  }

  static long get(Buffer buffer, long index) {
    MemorySegment segment = buffer.segment();
    long offset = index * buffer.type().bytes();
    return switch (buffer.type()) {
      case INT8 -> segment.get(JAVA_BYTE, offset);
      case INT32 -> segment.get(JAVA_INT_UNALIGNED, offset);
      case INT64 -> segment.get(JAVA_LONG_UNALIGNED, offset);
      case FLOAT32 -> (long) segment.get(JAVA_FLOAT_UNALIGNED, offset);
      case FLOAT64 -> (long) segment.get(JAVA_DOUBLE_UNALIGNED, offset);
    };
  }

  static void set(Buffer buffer, long index, long value) {
    MemorySegment segment = buffer.segment();
    long offset = index * buffer.type().bytes();
    switch (buffer.type()) {
      case INT8 -> segment.set(JAVA_BYTE, offset, (byte) value);
      case INT32 -> segment.set(JAVA_INT_UNALIGNED, offset, (int) value);
      case INT64 -> segment.set(JAVA_LONG_UNALIGNED, offset, value);
      case FLOAT32 -> segment.set(JAVA_FLOAT_UNALIGNED, offset, (float) value);
      case FLOAT64 -> segment.set(JAVA_DOUBLE_UNALIGNED, offset, (double) value);
    }
  }
}
