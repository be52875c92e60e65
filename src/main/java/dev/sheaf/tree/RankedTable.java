package dev.sheaf.tree;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Rows of features with their classes, prepared for many trees: every feature's value is replaced
/// by its rank among the feature's distinct values, and rows that are equal are kept once.
///
/// It lies in two pieces of memory that many ranks can share:
///
/// ```
/// ranks
///   int32    codes of feature 0 of every distinct row, then feature 1, ...
///   int32    class of every distinct row
///   int32    how many rows each distinct row stands for; not if no two are equal
///   int32    which distinct row each row is; not then either
/// values
///   int64    where the distinct values of each feature begin, and where the last end
///   float64  the distinct values of feature 0, ascending, then feature 1, ...
/// ```
///
/// @param shape its sizes
/// @param ranks [Shape#bytes] bytes
/// @param values as many as [RankedTableBuilder] tells when the ranks are known
public record RankedTable(Shape shape, MemorySegment ranks, MemorySegment values) {
  /// So many rows at once are cheap to copy, and stay in a processor's cache.
  public static final int BLOCK = 1 << 13;

  /// The sizes of a table.
  ///
  /// @param rows how many rows there are
  /// @param distinct how many of them are different
  /// @param features how many features each has
  /// @param classes how many classes there are
  public record Shape(int rows, int distinct, int features, int classes) {
    /// The memory that the ranks take.
    public long bytes() {
      return (folded() ? distinctOfAt() + rows : copiesAt()) * Integer.BYTES;
    }

    long codesAt(int feature) {
      return (long) feature * distinct;
    }

    long labelsAt() {
      return codesAt(features);
    }

    long copiesAt() {
      return labelsAt() + distinct;
    }

    long distinctOfAt() {
      return copiesAt() + distinct;
    }

    /// Whether there are rows that are equal.
    boolean folded() {
      return distinct < rows;
    }
  }

  /// The rank of a feature's value in a distinct row.
  int code(int feature, int row) {
    return ranks.getAtIndex(JAVA_INT, shape.codesAt(feature) + row);
  }

  /// The ranks of a feature's values in some distinct rows.
  ///
  /// @param first the first of these rows
  /// @param codes takes them
  /// @param count how many
  void codes(int feature, int first, int[] codes, int count) {
    copy(shape.codesAt(feature) + first, codes, count);
  }

  /// The class of a distinct row.
  public int label(int row) {
    return ranks.getAtIndex(JAVA_INT, shape.labelsAt() + row);
  }

  /// How many rows each of some distinct rows stands for.
  public void copies(int first, int[] copies, int count) {
    if (shape.folded()) {
      copy(shape.copiesAt() + first, copies, count);
    } else {
      Arrays.fill(copies, 0, count, 1);
    }
  }

  /// The distinct row that each of some rows is.
  public void distinctOf(int first, int[] distinctOf, int count) {
    if (shape.folded()) {
      copy(shape.distinctOfAt() + first, distinctOf, count);
    } else {
      for (int i = 0; i < count; i++) {
        distinctOf[i] = first + i;
      }
    }
  }

  /// How many distinct values a feature has.
  int count(int feature) {
    return (int) (begin(feature + 1) - begin(feature));
  }

  /// The value of a feature that has a rank.
  double value(int feature, int code) {
    return values.getAtIndex(JAVA_DOUBLE, begin(feature) + code);
  }

  private long begin(int feature) {
    return values.getAtIndex(JAVA_LONG, feature);
  }

  /// At once: number by number a segment is slow until the JIT has come to it.
  private void copy(long from, int[] numbers, int count) {
    MemorySegment.copy(ranks, JAVA_INT, from * Integer.BYTES, numbers, 0, count);
  }
}
