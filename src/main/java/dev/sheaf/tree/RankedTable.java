package dev.sheaf.tree;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Rows of features with their classes, prepared for many trees: every feature's value is replaced
/// by its rank among the feature's distinct values, and rows that are equal are kept once.
///
/// It lies in two pieces of memory that many ranks can share:
///
/// ```
/// ranks, packed: each of 1 to 4 bytes, as the largest that there can be
///   codes of feature 0 of every distinct row, then feature 1, ...
///   class of every distinct row
///   how many rows each distinct row stands for; not if no two are equal
///   which distinct row each row is; not then either
/// values
///   int64    where the distinct values of each feature begin, and where the last end
///   float64  the distinct values of feature 0, ascending, then feature 1, ...
/// ```
public final class RankedTable {
  /// So many rows at once are cheap to copy, and stay in a processor's cache.
  public static final int BLOCK = 1 << 13;

  /// The sizes of a table.
  ///
  /// @param rows how many rows there are
  /// @param distinct how many of them are different
  /// @param values the most values that a feature can have
  /// @param features how many features each has
  /// @param classes how many classes there are
  public record Shape(int rows, int distinct, int values, int features, int classes) {
    /// The memory that the ranks take.
    public long bytes() {
      return (folded() ? distinctOf().end(rows) : labels().end(distinct)) + Packed.PADDING;
    }

    Packed codes(int feature) {
      Packed first = Packed.upTo(values - 1, 0);
      return new Packed(first.end((long) feature * distinct), first.bytes());
    }

    Packed labels() {
      return Packed.upTo(classes - 1, codes(features).at());
    }

    Packed copies() {
      return Packed.upTo(rows, labels().end(distinct));
    }

    Packed distinctOf() {
      return new Packed(copies().end(distinct), Integer.BYTES); // read as often as votes are cast
    }

    /// Whether there are rows that are equal.
    boolean folded() {
      return distinct < rows;
    }
  }

  private final Shape shape;
  private final MemorySegment ranks;
  private final MemorySegment values;
  private final Packed[] codes;
  private final Packed labels;
  private final Packed copies;
  private final Packed distinctOf;

  /// What lies in memory.
  ///
  /// @param ranks [Shape#bytes] bytes
  /// @param values as many as [RankedTableBuilder] tells when the ranks are known
  public RankedTable(Shape shape, MemorySegment ranks, MemorySegment values) {
    this.shape = shape;
    this.ranks = ranks;
    this.values = values;
    codes = IntStream.range(0, shape.features).mapToObj(shape::codes).toArray(Packed[]::new);
    labels = shape.labels();
    copies = shape.copies();
    distinctOf = shape.distinctOf();
  }

  /// Its sizes.
  public Shape shape() {
    return shape;
  }

  /// The ranks of a feature's values in some distinct rows.
  ///
  /// @param first the first of these rows
  /// @param codes takes them
  /// @param count how many
  void codes(int feature, int first, int[] codes, int count) {
    this.codes[feature].get(ranks, first, codes, count);
  }

  /// The ranks of a feature's values in other distinct rows.
  ///
  /// @param rows these rows, from `from` on
  void codes(int feature, int[] rows, int from, int[] codes, int count) {
    this.codes[feature].gather(ranks, rows, from, codes, count);
  }

  /// The classes of some distinct rows.
  public void labels(int first, int[] labels, int count) {
    this.labels.get(ranks, first, labels, count);
  }

  /// The classes of other distinct rows.
  ///
  /// @param rows these rows
  public void labels(int[] rows, int[] labels, int count) {
    this.labels.gather(ranks, rows, 0, labels, count);
  }

  /// How many rows each of some distinct rows stands for.
  public void copies(int first, int[] copies, int count) {
    if (shape.folded()) {
      this.copies.get(ranks, first, copies, count);
    } else {
      Arrays.fill(copies, 0, count, 1);
    }
  }

  /// The distinct row that each of some rows is.
  public void distinctOf(int first, int[] distinctOf, int count) {
    if (shape.folded()) {
      this.distinctOf.get(ranks, first, distinctOf, count);
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
}
