package dev.sheaf.tree;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Ranks the numbers of columns: sorts them with their rows, least significant digits first (Knuth,
/// TAOCP 3, 5.2.5), which takes time in proportion to the rows. Holds 24 bytes a row.
final class Ranking {
  private static final int DIGIT = 11;
  private static final int DIGITS = 1 << DIGIT;

  private long[] keys;
  private long[] spareKeys;
  private int[] rows;
  private int[] spareRows;
  private final int[] next = new int[DIGITS];

  /// For columns of so many rows.
  Ranking(int rows) {
    keys = new long[rows];
    spareKeys = new long[rows];
    this.rows = new int[rows];
    spareRows = new int[rows];
  }

  /// Ranks a column, and puts its distinct numbers, ascending, in its place; -0 is 0.
  ///
  /// @return how many are distinct
  int rank(Columns columns, int column) {
    columns.copy(column, MemorySegment.ofArray(keys));
    for (int row = 0; row < keys.length; row++) {
      keys[row] = key(Double.longBitsToDouble(keys[row]) + 0.0);
      rows[row] = row;
    }
    for (int shift = 0; shift < Long.SIZE; shift += DIGIT) {
      sort(shift);
    }
    int count = 0;
    for (int i = 0; i < keys.length; i++) {
      if (i == 0 || keys[i] != spareKeys[count - 1]) {
        spareKeys[count++] = keys[i];
      }
      spareRows[rows[i]] = count - 1;
    }
    for (int i = 0; i < count; i++) {
      spareKeys[i] = bits(spareKeys[i]);
    }
    columns.replace(column, MemorySegment.ofArray(spareKeys).asSlice(0, (long) count * Long.BYTES));
    return count;
  }

  /// The rank of each row's number among the distinct ones of the column ranked last.
  int[] codes() {
    return spareRows;
  }

  /// Has the order, as an unsigned number, that the doubles have.
  private static long key(double number) {
    long bits = Double.doubleToRawLongBits(number);
    return bits ^ (bits >> 63 | Long.MIN_VALUE);
  }

  private static long bits(long key) {
    return key ^ (~key >> 63 | Long.MIN_VALUE);
  }

  /// Sorts by the digit at some bit; equal ones stay in their order.
  private void sort(int shift) {
    Arrays.fill(next, 0);
    for (long key : keys) {
      next[digit(key, shift)]++;
    }
    if (next[digit(keys[0], shift)] == keys.length) {
      return;
    }
    int before = 0;
    for (int digit = 0; digit < DIGITS; digit++) {
      int some = next[digit];
      next[digit] = before;
      before += some;
    }
    for (int i = 0; i < keys.length; i++) {
      int at = next[digit(keys[i], shift)]++;
      spareKeys[at] = keys[i];
      spareRows[at] = rows[i];
    }
    long[] sorted = spareKeys;
    spareKeys = keys;
    keys = sorted;
    int[] sortedRows = spareRows;
    spareRows = rows;
    rows = sortedRows;
  }

  private static int digit(long key, int shift) {
    return (int) (key >>> shift) & (DIGITS - 1);
  }
}
