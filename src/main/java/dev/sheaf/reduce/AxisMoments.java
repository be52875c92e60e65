package dev.sheaf.reduce;

import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/// Computes the [Moments] of each column of a block of rows. Whatever its size, a block is added up
/// in an order that its numbers of rows and columns alone determine; each step is one operation on
/// all columns, which the JIT compiler does in vectors as wide as it has.
///
/// As in [BlockMoments] the elements of a column are taken relative to one of them.
///
/// One for each thread.
public final class AxisMoments {
  /// The most elements of a block: 256 KiB.
  public static final int BLOCK = 1 << 15;

  /// Rows that are added up one by one; the sums of so many are combined in a tree.
  private static final int ROWS = 256;

  /// Where there are fewer columns, several rows are taken as one.
  private static final int WIDE = 64;

  /// An origin up to here overflows no difference.
  private static final double HUGE = 0x1p900;

  private final double[] doubles = new double[BLOCK];
  private final long[] longs = new long[BLOCK];

  // Of each column.
  private final double[] origins = new double[BLOCK];
  private final double[] sums = new double[BLOCK];
  private final double[] squares = new double[BLOCK];
  private final double[] lows = new double[BLOCK];
  private final double[] highs = new double[BLOCK];

  /// Adds up some rows as they are.
  @FunctionalInterface
  private interface Piece {
    Moments[] of(int first, int rows, int columns);
  }

  /// The moments of each column of doubles.
  ///
  /// @param from the elements, row by row
  /// @param first the first one
  /// @param rows at least 1; `rows * columns` is at most [#BLOCK]
  public Moments[] doubles(DoubleBuffer from, int first, int rows, int columns) {
    from.get(first, doubles, 0, rows * columns);
    return folded(this::doubles, rows, columns);
  }

  /// The moments of each column of integers of 64 bits; the sums are exact.
  ///
  /// @param unsigned `least` and `greatest` have the sign bit flipped, so that they order rightly
  public Moments[] longs(LongBuffer from, int first, int rows, int columns, boolean unsigned) {
    from.get(first, longs, 0, rows * columns);
    if (unsigned) {
      for (int k = 0; k < rows * columns; k++) {
        longs[k] ^= Long.MIN_VALUE;
      }
    }
    double shift = unsigned ? 0x1p63 : 0;
    return folded((at, some, width) -> longs(at, some, width, shift), rows, columns);
  }

  /// The moments of the columns of two sets of rows.
  public static Moments[] plus(Moments[] one, Moments[] other) {
    Moments[] both = new Moments[one.length];
    Arrays.setAll(both, column -> one[column].plus(other[column]));
    return both;
  }

  private static Moments[] folded(Piece piece, int rows, int columns) {
    int fold = Math.max(1, WIDE / columns);
    if (fold == 1 || rows < 4 * fold) {
      return tree(piece, 0, rows, columns);
    }
    Moments[] wide = tree(piece, 0, rows / fold, columns * fold);
    FixedTree<Moments[]> all = new FixedTree<>(AxisMoments::plus);
    for (int i = 0; i < fold; i++) {
      all.add(Arrays.copyOfRange(wide, i * columns, (i + 1) * columns));
    }
    int done = rows / fold * fold;
    if (done < rows) {
      all.add(piece.of(done * columns, rows - done, columns));
    }
    return all.result(null);
  }

  private static Moments[] tree(Piece piece, int first, int rows, int columns) {
    FixedTree<Moments[]> all = new FixedTree<>(AxisMoments::plus);
    for (int row = 0; row < rows; row += ROWS) {
      all.add(piece.of(first + row * columns, Math.min(ROWS, rows - row), columns));
    }
    return all.result(null);
  }

  private Moments[] doubles(int first, int rows, int columns) {
    for (int j = 0; j < columns; j++) {
      origins[j] = origin(first + j, rows, columns);
      sums[j] = 0;
      squares[j] = 0;
      lows[j] = Double.POSITIVE_INFINITY;
      highs[j] = Double.NEGATIVE_INFINITY;
    }
    for (int i = 0; i < rows; i++) {
      addRow(first + i * columns, columns);
    }
    Moments[] result = new Moments[columns];
    for (int j = 0; j < columns; j++) {
      result[j] =
          Double.isFinite(sums[j]) // not with a NaN or an infinity in the column
              ? moments(rows, 0, j, ordered(lows[j]), ordered(highs[j]))
              : withOthers(first + j, rows, columns, j);
    }
    return result;
  }

  private void addRow(int first, int columns) {
    for (int j = 0; j < columns; j++) {
      double x = doubles[first + j];
      double d = x - origins[j];
      sums[j] += d;
      squares[j] = Math.fma(d, d, squares[j]);
      lows[j] = Math.min(lows[j], x);
      highs[j] = Math.max(highs[j], x);
    }
  }

  /// The first element that overflows no difference; 0 if there is none.
  private double origin(int at, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      if (Math.abs(doubles[at + i * columns]) <= HUGE) {
        return doubles[at + i * columns];
      }
    }
    return 0;
  }

  /// Of a column in which not all elements are finite.
  private Moments withOthers(int at, int rows, int columns, int j) {
    int numbers = 0;
    double infinities = 0;
    long least = Long.MAX_VALUE;
    long greatest = Long.MIN_VALUE;
    sums[j] = 0;
    squares[j] = 0;
    for (int i = 0; i < rows; i++) {
      double x = doubles[at + i * columns];
      if (Double.isNaN(x)) {
        continue;
      }
      numbers++;
      least = Math.min(least, ordered(x));
      greatest = Math.max(greatest, ordered(x));
      if (Double.isInfinite(x)) {
        infinities += x;
      } else {
        double d = x - origins[j];
        sums[j] += d;
        squares[j] = Math.fma(d, d, squares[j]);
      }
    }
    if (numbers == 0) {
      return new Moments(0, rows, DoubleDouble.ZERO, 0, least, greatest);
    }
    if (infinities != 0) { // also if they make a NaN
      DoubleDouble sum = new DoubleDouble(infinities, 0);
      return new Moments(numbers, rows - numbers, sum, Double.NaN, least, greatest);
    }
    return moments(numbers, rows - numbers, j, least, greatest);
  }

  private Moments moments(int numbers, int nans, int j, long least, long greatest) {
    DoubleDouble sum = DoubleDouble.product(origins[j], numbers).plus(new DoubleDouble(sums[j], 0));
    return new Moments(numbers, nans, sum, m2(numbers, j), least, greatest);
  }

  private double m2(int numbers, int j) {
    return Double.isInfinite(squares[j])
        ? squares[j]
        : Math.max(0, squares[j] - sums[j] * (sums[j] / numbers));
  }

  private static long ordered(double value) {
    return Moments.ordered(Double.doubleToRawLongBits(value));
  }

  /// @param shift what to add to each element for its value
  private Moments[] longs(int first, int rows, int columns, double shift) {
    Moments[] result = new Moments[columns];
    for (int j = 0; j < columns; j++) {
      long least = Long.MAX_VALUE;
      long greatest = Long.MIN_VALUE;
      long high = 0;
      long low = 0;
      for (int i = 0; i < rows; i++) {
        long v = longs[first + i * columns + j];
        least = Math.min(least, v);
        greatest = Math.max(greatest, v);
        high += v >> 32;
        low += v & 0xffff_ffffL;
      }
      // Differences are exact up to 2^53; where they are larger, a few bits less do no harm.
      boolean narrow = Long.compareUnsigned(greatest - least, 1L << 53) <= 0;
      sums[j] = 0;
      squares[j] = 0;
      for (int i = 0; i < rows; i++) {
        long v = longs[first + i * columns + j];
        double d = narrow ? (double) (v - least) : (double) v - (double) least;
        sums[j] += d;
        squares[j] = Math.fma(d, d, squares[j]);
      }
      DoubleDouble sum =
          DoubleDouble.sum(high * 0x1p32, (double) low).plus(new DoubleDouble(rows * shift, 0));
      result[j] = new Moments(rows, 0, sum, m2(rows, j), least, greatest);
    }
    return result;
  }
}
