package dev.sheaf.tree;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Rows of features with their classes, prepared for many trees: every feature's value is replaced
/// by its rank among the feature's distinct values, and rows that are equal are kept once.
///
/// All of it lies in one piece of memory that many ranks can share.
///
/// ```
///   int32    codes of feature 0 of every distinct row, then feature 1, ...
///   int32    class of every distinct row
///   int32    which distinct row each row is
///   float64  the distinct values of feature 0, ascending, then feature 1, ...
/// ```
///
/// @param shape its sizes
/// @param memory [Shape#bytes] bytes
public record RankedTable(Shape shape, MemorySegment memory) {
  /// The sizes of a table.
  ///
  /// @param rows how many rows there are
  /// @param distinct how many of them are different
  /// @param values how many distinct values each feature has
  /// @param classes how many classes there are
  public record Shape(int rows, int distinct, int[] values, int classes) {
    /// The number of features.
    public int features() {
      return values.length;
    }

    /// The memory that the table takes.
    public long bytes() {
      return valuesOffset() + (long) Arrays.stream(values).sum() * Double.BYTES;
    }

    private long valuesOffset() {
      long ints = (features() + 1L) * distinct + rows;
      return (ints + ints % 2) * Integer.BYTES;
    }
  }

  /// The rank of a feature's value in every distinct row.
  ///
  /// @param codes takes them
  void codes(int feature, int[] codes) {
    copy((long) feature * shape.distinct, codes);
  }

  /// The class of every distinct row.
  public int[] labels() {
    return copy((long) shape.features() * shape.distinct, new int[shape.distinct]);
  }

  /// The distinct row that each row is.
  public int[] distinctOf() {
    return copy((shape.features() + 1L) * shape.distinct, new int[shape.rows]);
  }

  /// At once: number by number a segment is slow until the JIT has come to it.
  private int[] copy(long from, int[] numbers) {
    MemorySegment.copy(memory, JAVA_INT, from * Integer.BYTES, numbers, 0, numbers.length);
    return numbers;
  }

  /// The value of a feature that has a rank.
  double value(int feature, int code) {
    long first = 0;
    for (int f = 0; f < feature; f++) {
      first += shape.values[f];
    }
    return memory.get(JAVA_DOUBLE, shape.valuesOffset() + (first + code) * Double.BYTES);
  }
}
