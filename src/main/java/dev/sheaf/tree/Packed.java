package dev.sheaf.tree;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
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
  /// Bytes behind the last number of a memory that are read with it.
  static final int PADDING = Integer.BYTES - 1;

  /// A block of bytes of each thread's.
  private static final ThreadLocal<byte[]> RAW =
      ThreadLocal.withInitial(() -> new byte[RankedTable.BLOCK]);

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

  /// Numbers that lie one behind the other.
  ///
  /// @param count at most [RankedTable#BLOCK]
  void get(MemorySegment memory, long first, int[] numbers, int count) {
    long from = at + first * bytes;
    if (bytes == Integer.BYTES) { // at once: one by one is slow until the JIT has come to it
      MemorySegment.copy(memory, LAYOUT, from, numbers, 0, count);
      return;
    }
    if (bytes == 1) {
      byte[] raw = RAW.get();
      MemorySegment.copy(memory, JAVA_BYTE, from, raw, 0, count);
      widen(raw, numbers, count);
      return;
    }
    int mask = mask();
    for (int i = 0; i < count; i++) {
      numbers[i] = memory.get(LAYOUT, from + (long) i * bytes) & mask;
    }
  }

  private static void widen(byte[] raw, int[] numbers, int count) {
    for (int i = 0; i < count; i++) {
      numbers[i] = raw[i] & 0xFF;
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

  /// Writes numbers one behind the other, the whole of them some times.
  void put(MemorySegment memory, int[] numbers, int count, int times) {
    byte[] raw = new byte[Math.min(count, RankedTable.BLOCK) * bytes];
    for (int first = 0; first < count; first += RankedTable.BLOCK) {
      int some = Math.min(RankedTable.BLOCK, count - first);
      for (int b = 0; b < bytes; b++) {
        pack(numbers, first, some, b, raw);
      }
      MemorySegment.copy(raw, 0, memory, JAVA_BYTE, end(first), some * bytes);
    }
    long all = (long) count * bytes;
    for (int time = 1; time < times; time++) {
      MemorySegment.copy(memory, at, memory, at + time * all, all);
    }
  }

  private void pack(int[] numbers, int first, int count, int b, byte[] raw) {
    int shift = b * Byte.SIZE;
    for (int i = 0; i < count; i++) {
      raw[i * bytes + b] = (byte) (numbers[first + i] >>> shift);
    }
  }

  private int mask() {
    return -1 >>> (Integer.SIZE - Byte.SIZE * bytes);
  }
}
