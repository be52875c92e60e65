package dev.sheaf.reduce;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/// Computes the [Moments] of one block of numbers at a time, in off-heap memory that the caller
/// fills: from a file, without a further copy.
///
/// The elements are taken relative to one of them, `c`, so that a large mean costs no digits. A
/// block has 16 strips of four rows of 512. The sums of `x - c` and of `(x - c)²` over the elements
/// k of the rows are added up from strip to strip; then those for all k pairwise. The order is the
/// same on every machine: each step is one operation on all k, which the JIT compiler does in
/// vectors as wide as it has.
///
/// Accuracy of a block: the mean is within some 40 roundings, relative to the spread; `m2` within
/// some 2^-47, relative, and 2^-37 in the worst case (a `c` far from all others).
///
/// Speed: some three times that of reading the data into the memory from the page cache.
///
/// One for each thread.
public final class BlockMoments {
  /// Two of them and more fit in the first-level cache.
  private static final int STRIP = 2048;

  private static final int STRIPS = 16;

  /// Blocks until the compiler has seen enough of each loop.
  private static final int WARM_UP = 100;

  /// Elements of a block: 256 KiB of doubles, so that they stay in the second-level cache.
  public static final int BLOCK = STRIPS * STRIP;

  /// A strip's elements are taken as four rows.
  private static final int ROW = STRIP / 4;

  private static final int QUARTER = ROW / 4;
  private static final int LANES = QUARTER / 4;

  private static final long INFINITY = ordered(Double.POSITIVE_INFINITY);
  private static final long NEGATIVE_INFINITY = ordered(Double.NEGATIVE_INFINITY);

  /// A `c` up to here overflows no difference.
  private static final double HUGE = 0x1p900;

  private final ByteBuffer memory;
  private final DoubleBuffer doubles;
  private final LongBuffer longs;
  private final Strip[] strips = new Strip[STRIPS];

  // What the strips of the current block have yielded.
  private long numbers;
  private double infinities;
  private long least;
  private long greatest;

  /// A strip's memory in the views that the loops need: the JIT compiler makes vectors of them only
  /// if their indices begin at 0.
  ///
  /// @param withPrevious the strip before and this one
  /// @param sums the first row, which its sums overwrite
  /// @param squares the second row
  private record Strip(
      DoubleBuffer doubles,
      LongBuffer longs,
      DoubleBuffer withPrevious,
      DoubleBuffer sums,
      DoubleBuffer squares) {}

  /// Begins to have its loops compiled, in a thread of its own: they take 50 ms to reach their
  /// speed, most of which pass while ranks meet.
  public static void prepare() {
    Thread.ofPlatform()
        .daemon()
        .name("sheaf-moments")
        .start(() -> {
          BlockMoments moments = new BlockMoments();
          for (int i = 0; i < WARM_UP; i++) {
            moments.doubles(BLOCK);
          }
        });
  }

  /// Allocates the memory.
  public BlockMoments() {
    int strip = STRIP * Long.BYTES;
    int bytes = STRIPS * strip;
    // The strip before the first stays zero.
    ByteBuffer all =
        ByteBuffer.allocateDirect(strip + bytes + 64)
            .alignedSlice(64)
            .slice(0, strip + bytes)
            .order(ByteOrder.nativeOrder());
    memory = all.slice(strip, bytes).order(ByteOrder.nativeOrder());
    doubles = memory.asDoubleBuffer();
    longs = memory.asLongBuffer();
    Arrays.setAll(
        strips,
        i ->
            new Strip(
                doubles.slice(i * STRIP, STRIP),
                longs.slice(i * STRIP, STRIP),
                all.asDoubleBuffer().slice(i * STRIP, 2 * STRIP),
                doubles.slice(i * STRIP, ROW),
                doubles.slice(i * STRIP + ROW, ROW)));
  }

  /// The memory for the elements of a block, eight bytes each, in the machine's byte order.
  public ByteBuffer memory() {
    return memory;
  }

  /// The moments of the first `count` elements of the memory, as doubles. Overwrites them.
  ///
  /// @param count 1 to [#BLOCK]
  public Moments doubles(int count) {
    begin();
    double c = middle(count);
    int used = Math.ceilDiv(count, STRIP);
    for (int i = 0; i < used; i++) {
      int here = Math.min(STRIP, count - i * STRIP);
      if (here < STRIP || !range(strips[i].longs)) {
        here = takeOut(strips[i].doubles, here);
        pad(strips[i].doubles, here, c);
      }
      addStrip(strips[i].withPrevious, c);
    }
    if (numbers == 0) {
      return new Moments(0, count, DoubleDouble.ZERO, 0, least, greatest);
    }
    if (infinities != 0) { // also if they make a NaN
      DoubleDouble sum = new DoubleDouble(infinities, 0);
      return new Moments(numbers, count - numbers, sum, Double.NaN, least, greatest);
    }
    double sum = fold(strips[used - 1].sums);
    double m2 = m2(sum, fold(strips[used - 1].squares));
    DoubleDouble whole = DoubleDouble.product(c, (double) numbers).plus(new DoubleDouble(sum, 0));
    return new Moments(numbers, count - numbers, whole, m2, least, greatest);
  }

  /// The moments of the first `count` elements of the memory, as integers of 64 bits. The sum is
  /// exact. Overwrites them.
  ///
  /// @param count 1 to [#BLOCK]
  /// @param unsigned `least` and `greatest` have the sign bit flipped, so that they order rightly
  public Moments longs(int count, boolean unsigned) {
    begin();
    long flip = unsigned ? Long.MIN_VALUE : 0;
    long highs = 0;
    long lows = 0;
    for (int k = 0; k < count; k++) {
      long v = longs.get(k) ^ flip;
      least = Math.min(least, v);
      greatest = Math.max(greatest, v);
      highs += v >> 32;
      lows += v & 0xffff_ffffL;
    }
    // Differences are exact up to 2^53; where they are larger, a few bits less do no harm.
    boolean narrow = Long.compareUnsigned(greatest - least, 1L << 53) <= 0;
    for (int k = 0; k < count; k++) {
      long v = longs.get(k) ^ flip;
      doubles.put(k, narrow ? (double) (v - least) : (double) v - (double) least);
    }
    int used = Math.ceilDiv(count, STRIP);
    for (int i = 0; i < used; i++) {
      pad(strips[i].doubles, count - i * STRIP, 0);
      addStrip(strips[i].withPrevious, 0);
    }
    numbers = count;
    DoubleDouble sum = DoubleDouble.sum(highs * 0x1p32, (double) lows);
    if (unsigned) {
      sum = sum.plus(new DoubleDouble(count * 0x1p63, 0));
    }
    double m2 = m2(fold(strips[used - 1].sums), fold(strips[used - 1].squares));
    return new Moments(count, 0, sum, m2, least, greatest);
  }

  private void begin() {
    numbers = 0;
    infinities = 0;
    least = Long.MAX_VALUE;
    greatest = Long.MIN_VALUE;
  }

  /// The median of three elements, so that one that lies far off is not taken; if that won't do,
  /// the first that will; 0 if there is none.
  private double middle(int count) {
    double a = doubles.get(0);
    double b = doubles.get(count / 2);
    double c = Math.max(Math.min(a, b), Math.min(Math.max(a, b), doubles.get(count - 1)));
    for (int k = 0; !(Math.abs(c) <= HUGE); k++) {
      if (k == count) {
        return 0;
      }
      c = doubles.get(k);
    }
    return c;
  }

  /// Takes a whole strip into the range, if it is finite.
  private boolean range(LongBuffer x) {
    long low = Long.MAX_VALUE;
    long high = Long.MIN_VALUE;
    for (int k = 0; k < STRIP; k++) {
      long v = Moments.ordered(x.get(k));
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    if (low <= NEGATIVE_INFINITY || high >= INFINITY) { // NaNs lie beyond them
      return false;
    }
    least = Math.min(least, low);
    greatest = Math.max(greatest, high);
    numbers += STRIP;
    return true;
  }

  /// Takes the first `count` elements into the range, but for NaNs, and moves the finite ones to
  /// the front.
  ///
  /// @return how many these are
  private int takeOut(DoubleBuffer x, int count) {
    int finite = 0;
    for (int k = 0; k < count; k++) {
      double v = x.get(k);
      if (Double.isNaN(v)) {
        continue;
      }
      numbers++;
      least = Math.min(least, ordered(v));
      greatest = Math.max(greatest, ordered(v));
      if (Double.isInfinite(v)) {
        infinities += v;
      } else {
        x.put(finite++, v);
      }
    }
    return finite;
  }

  private static void pad(DoubleBuffer x, int count, double value) {
    for (int k = count; k < STRIP; k++) {
      x.put(k, value);
    }
  }

  private static long ordered(double value) {
    return Moments.ordered(Double.doubleToRawLongBits(value));
  }

  /// Overwrites the first two rows of the second strip: with the sums over its rows and with those
  /// of the squares, plus the first strip's.
  private static void addStrip(DoubleBuffer x, double c) {
    for (int k = 0; k < ROW; k++) {
      double d = x.get(STRIP + k) - c;
      double e = x.get(STRIP + ROW + k) - c;
      double f = x.get(STRIP + 2 * ROW + k) - c;
      double g = x.get(STRIP + 3 * ROW + k) - c;
      x.put(STRIP + k, x.get(k) + ((d + e) + (f + g)));
      double squares = Math.fma(d, d, Math.fma(e, e, x.get(ROW + k)));
      x.put(STRIP + ROW + k, Math.fma(f, f, Math.fma(g, g, squares)));
    }
  }

  /// Adds up a row.
  private static double fold(DoubleBuffer x) {
    for (int k = 0; k < QUARTER; k++) {
      x.put(k, (x.get(k) + x.get(k + QUARTER)) + (x.get(k + 2 * QUARTER) + x.get(k + 3 * QUARTER)));
    }
    for (int k = 0; k < LANES; k++) {
      x.put(k, (x.get(k) + x.get(k + LANES)) + (x.get(k + 2 * LANES) + x.get(k + 3 * LANES)));
    }
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (int k = 0; k < LANES; k += 4) {
      a += x.get(k);
      b += x.get(k + 1);
      c += x.get(k + 2);
      d += x.get(k + 3);
    }
    return (a + b) + (c + d);
  }

  /// The sum of the squares about the mean, from those about `c`.
  private double m2(double sum, double squares) {
    return Double.isInfinite(squares)
        ? squares
        : Math.max(0, squares - sum * (sum / (double) numbers));
  }
}
