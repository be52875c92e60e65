package dev.sheaf.tree;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Prepares a [RankedTable]: ranks the values of every feature and finds the rows that are equal.
public final class RankedTableBuilder {
  private final int rows;
  private final int replicate;
  private final int[][] codes;
  private final double[][] values;
  private final int[] labels;
  private final int[] distinctOf;
  private final int distinct;

  /// How many times the rows are kept: once if equal ones are folded.
  private final int sets;

  private final int classes;

  /// Takes time in proportion to rows x features x log(distinct values).
  ///
  /// @param columns for each feature its value in every row; no NaN
  /// @param labels the class of every row, from 0
  /// @param classes how many classes there are
  /// @param replicate how many times the rows are taken, one copy behind the other
  /// @param fold whether rows that are equal, class and all, are kept once; else every row is
  ///   learnt from by itself, which gives the same trees
  public RankedTableBuilder(
      double[][] columns, int[] labels, int classes, int replicate, boolean fold) {
    this.replicate = replicate;
    rows = labels.length;
    this.labels = labels;
    this.classes = classes;
    codes = new int[columns.length][];
    values = new double[columns.length][];
    for (int f = 0; f < columns.length; f++) {
      values[f] = distinct(columns[f]);
      codes[f] = new int[rows];
      for (int row = 0; row < rows; row++) {
        codes[f][row] = Arrays.binarySearch(values[f], columns[f][row] + 0.0);
      }
    }
    sets = fold ? 1 : replicate;
    distinctOf = new int[rows];
    if (fold) {
      distinct = fold();
    } else {
      Arrays.setAll(distinctOf, row -> row);
      distinct = rows * sets;
    }
  }

  /// The sizes of the table.
  public RankedTable.Shape shape() {
    int[] counts = Arrays.stream(values).mapToInt(v -> v.length).toArray();
    return new RankedTable.Shape(rows * replicate, distinct, counts, classes);
  }

  /// Puts the table into memory of `shape().bytes()` bytes.
  public RankedTable build(MemorySegment memory) {
    int[] column = new int[distinct];
    for (int c = 0; c <= codes.length; c++) {
      int[] numbers = c < codes.length ? codes[c] : labels;
      for (int set = 0; set < sets; set++) {
        for (int row = 0; row < rows; row++) {
          column[set * (distinct / sets) + distinctOf[row]] = numbers[row];
        }
      }
      copy(column, memory, (long) c * distinct);
    }
    int[] all = new int[rows * replicate];
    for (int set = 0; set < replicate; set++) {
      int first = sets == 1 ? 0 : set * (distinct / sets);
      for (int row = 0; row < rows; row++) {
        all[set * rows + row] = first + distinctOf[row];
      }
    }
    copy(all, memory, (codes.length + 1L) * distinct);
    long at = shape().bytes() - Arrays.stream(values).mapToLong(v -> v.length).sum() * Double.BYTES;
    for (double[] each : values) {
      MemorySegment.copy(each, 0, memory, JAVA_DOUBLE, at, each.length);
      at += (long) each.length * Double.BYTES;
    }
    return new RankedTable(shape(), memory);
  }

  private static void copy(int[] numbers, MemorySegment memory, long to) {
    MemorySegment.copy(numbers, 0, memory, JAVA_INT, to * Integer.BYTES, numbers.length);
  }

  /// The distinct values, ascending; -0 is 0.
  private static double[] distinct(double[] column) {
    double[] all = new double[column.length];
    Arrays.setAll(all, row -> column[row] + 0.0);
    Arrays.sort(all);
    int n = 0;
    for (double value : all) {
      if (n == 0 || value != all[n - 1]) {
        all[n++] = value;
      }
    }
    return Arrays.copyOf(all, n);
  }

  /// Numbers the rows that are different in the order in which they first come.
  private int fold() {
    int[] slots = new int[Integer.highestOneBit(Math.max(1, rows)) << 2]; // row + 1; 0: free
    int found = 0;
    for (int row = 0; row < rows; row++) {
      int slot = (int) (hash(row) & (slots.length - 1));
      while (slots[slot] != 0 && !same(slots[slot] - 1, row)) {
        slot = (slot + 1) & (slots.length - 1);
      }
      if (slots[slot] == 0) {
        slots[slot] = row + 1;
        distinctOf[row] = found++;
      } else {
        distinctOf[row] = distinctOf[slots[slot] - 1];
      }
    }
    return found;
  }

  private long hash(int row) {
    long hash = labels[row];
    for (int[] column : codes) {
      hash = (hash ^ column[row]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  private boolean same(int a, int b) {
    if (labels[a] != labels[b]) {
      return false;
    }
    for (int[] column : codes) {
      if (column[a] != column[b]) {
        return false;
      }
    }
    return true;
  }
}
