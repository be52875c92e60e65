package dev.sheaf.tree;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Prepares a [RankedTable]: finds the rows that are equal and ranks the values of every feature.
public final class RankedTableBuilder {
  private final Columns columns;
  private final int[] labels;
  private final int classes;
  private final int rows;
  private final int replicate;

  /// How many times the rows are kept: once if equal ones are folded.
  private final int sets;

  /// Of a set.
  private final int distinct;

  /// The distinct row that each row is, in its set; `null` if each is one.
  private final int[] distinctOf;

  /// How many distinct values each feature has.
  private final int[] counts;

  /// Takes time in proportion to rows x features.
  ///
  /// @param columns for each feature its value in every row; no NaN. They are used up.
  /// @param labels the class of every row, from 0
  /// @param classes how many classes there are
  /// @param replicate how many times the rows are taken, one copy behind the other
  /// @param fold whether rows that are equal, class and all, are kept once; else every row is
  ///   learnt from by itself, which gives the same trees
  public RankedTableBuilder(
      Columns columns, int[] labels, int classes, int replicate, boolean fold) {
    this.columns = columns;
    this.labels = labels;
    this.classes = classes;
    this.replicate = replicate;
    rows = labels.length;
    sets = fold ? 1 : replicate;
    int[] found = new int[fold ? rows : 0];
    distinct = fold ? fold(found) : rows;
    distinctOf = distinct < rows ? found : null;
    counts = new int[columns.count()];
  }

  /// The sizes of the table.
  public RankedTable.Shape shape() {
    return new RankedTable.Shape(
        rows * replicate, distinct * sets, distinct, columns.count(), classes);
  }

  /// Puts the ranks into memory of `shape().bytes()` bytes; to be called once. Takes time in
  /// proportion to rows x features.
  public void ranks(MemorySegment memory) {
    RankedTable.Shape shape = shape();
    Ranking ranking = new Ranking(rows);
    for (int f = 0; f < counts.length; f++) {
      counts[f] = ranking.rank(columns, f);
      put(ranking.codes(), memory, shape.codes(f));
    }
    put(labels, memory, shape.labels());
    if (shape.folded()) {
      int[] copies = new int[distinct];
      for (int row = 0; row < rows; row++) {
        copies[distinctOf(row)] += replicate;
      }
      shape.copies().put(memory, copies, distinct, sets);
      int[] all = new int[rows];
      Arrays.setAll(all, this::distinctOf);
      shape.distinctOf().put(memory, all, rows, replicate);
    }
  }

  /// The memory that the values take, once the ranks are known.
  public long valueBytes() {
    long count = Arrays.stream(counts).asLongStream().sum();
    return (counts.length + 1L) * Long.BYTES + count * Double.BYTES;
  }

  /// Puts the values into memory of as many bytes. Frees the columns.
  public void values(MemorySegment memory) {
    long[] begin = new long[counts.length + 1];
    begin[0] = begin.length;
    for (int f = 0; f < counts.length; f++) {
      begin[f + 1] = begin[f] + counts[f];
    }
    MemorySegment.copy(begin, 0, memory, JAVA_LONG, 0, begin.length);
    for (int f = 0; f < counts.length; f++) {
      long bytes = (long) counts[f] * Double.BYTES;
      columns.copy(f, memory.asSlice(begin[f] * Double.BYTES, bytes));
      columns.free(f);
    }
  }

  private int distinctOf(int row) {
    return distinctOf == null ? row : distinctOf[row];
  }

  /// Puts what each row has into the memory for what each distinct row has.
  private void put(int[] numbers, MemorySegment memory, Packed to) {
    int[] each = numbers;
    if (distinctOf != null) {
      each = new int[distinct];
      for (int row = 0; row < rows; row++) {
        each[distinctOf[row]] = numbers[row];
      }
    }
    to.put(memory, each, distinct, sets);
  }

  /// Numbers the rows that are different in the order in which they first come.
  ///
  /// @param numbers takes the number of each
  /// @return how many are different
  private int fold(int[] numbers) {
    int[] slots = new int[Integer.highestOneBit(Math.max(1, rows)) << 2]; // row + 1; 0: free
    int found = 0;
    for (int row = 0; row < rows; row++) {
      int slot = (int) (hash(row) & (slots.length - 1));
      while (slots[slot] != 0 && !same(slots[slot] - 1, row)) {
        slot = (slot + 1) & (slots.length - 1);
      }
      if (slots[slot] == 0) {
        slots[slot] = row + 1;
        numbers[row] = found++;
      } else {
        numbers[row] = numbers[slots[slot] - 1];
      }
    }
    return found;
  }

  private long hash(int row) {
    long hash = labels[row];
    for (int f = 0; f < columns.count(); f++) {
      hash = (hash ^ Double.doubleToRawLongBits(columns.get(f, row) + 0.0)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  private boolean same(int a, int b) {
    if (labels[a] != labels[b]) {
      return false;
    }
    for (int f = 0; f < columns.count(); f++) {
      if (columns.get(f, a) != columns.get(f, b)) {
        return false;
      }
    }
    return true;
  }
}
