package dev.sheaf.tree;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A row of whole numbers in memory, each in no more bytes than the largest takes, the lowest byte
/// first.
///
/// @param at the first byte
/// @param bytes of each number, 1 to 4
record Packed(long at, int bytes) {
  /// Bytes behind the last number of a memory that are read and written with it.
  static final int PADDING = Integer.BYTES - 1;

  private static final ValueLayout.OfInt LAYOUT = JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /// Of numbers from 0 up to one.
  static Packed upTo(int most, long at) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(most | 1);
    return new Packed(at, Math.ceilDiv(bits, Byte.SIZE));
  }

  /// Where the byte behind so many numbers is.
  long end(long count) {
    return at + count * bytes;
  }

  int get(MemorySegment memory, long index) {
    return memory.get(LAYOUT, at + index * bytes) & mask();
  }

  /// Numbers that lie one behind the other.
  void get(MemorySegment memory, long first, int[] numbers, int count) {
    long from = at + first * bytes;
    if (bytes == Integer.BYTES) { // at once: one by one is slow until the JIT has come to it
      MemorySegment.copy(memory, LAYOUT, from, numbers, 0, count);
      return;
    }
    int mask = mask();
    for (int i = 0; i < count; i++) {
      numbers[i] = memory.get(LAYOUT, from + (long) i * bytes) & mask;
    }
  }

  /// Numbers that lie anywhere.
  ///
  /// @param from where their indices begin in `indices`
  void gather(MemorySegment memory, int[] indices, int from, int[] numbers, int count) {
    int mask = mask();
    for (int i = 0; i < count; i++) {
      numbers[i] = memory.get(LAYOUT, at + (long) indices[from + i] * bytes) & mask;
    }
  }

  /// Writes numbers one behind the other, and zeros over up to three bytes behind them: lower ones
  /// are to be written first.
  void put(MemorySegment memory, long first, int[] numbers, int count) {
    long to = at + first * bytes;
    for (int i = 0; i < count; i++) {
      memory.set(LAYOUT, to + (long) i * bytes, numbers[i]);
    }
  }

  private int mask() {
    return -1 >>> (Integer.SIZE - Byte.SIZE * bytes);
  }
}
