package dev.sheaf.reduce;

/// What is known of a set of numbers: how many, their sum, spread and extremes. NaNs are counted
/// and left out, as NumPy's `nanmean`, `nanstd`, `nanmin` and `nanmax` do.
///
/// @param count the number of values that are not NaN
/// @param nans the number of NaNs
/// @param sum the sum of the values
/// @param m2 the sum of the squared differences from the mean
/// @param least the smallest value, as a number that orders as the values do; see [#min]
/// @param greatest the largest value, likewise
public record Moments(
    long count, long nans, DoubleDouble sum, double m2, long least, long greatest) {
  /// No values.
  public static final Moments EMPTY =
      new Moments(0, 0, DoubleDouble.ZERO, 0, Long.MAX_VALUE, Long.MIN_VALUE);

  /// The moments of both sets (Chan, Golub, LeVeque, 1979).
  public Moments plus(Moments other) {
    if (other.count == 0 || count == 0) {
      Moments some = count == 0 ? other : this;
      return new Moments(
          some.count, nans + other.nans, some.sum, some.m2, some.least, some.greatest);
    }
    double n = (double) count;
    double m = (double) other.count;
    double apart = other.sum.dividedBy(m).minus(sum.dividedBy(n)).value();
    return new Moments(
        count + other.count,
        nans + other.nans,
        sum.plus(other.sum),
        m2 + other.m2 + apart * apart * (n * (m / (n + m))),
        Math.min(least, other.least),
        Math.max(greatest, other.greatest));
  }

  /// The mean; NaN without values.
  public double mean() {
    return sum.dividedBy((double) count).value();
  }

  /// The standard deviation of the population (`ddof=0`); NaN without values.
  public double std() {
    return Math.sqrt(m2 / (double) count);
  }

  /// The smallest value of a set of doubles; NaN without values.
  public double min() {
    return count == 0 ? Double.NaN : fromOrdered(least);
  }

  /// The largest value of a set of doubles; NaN without values.
  public double max() {
    return count == 0 ? Double.NaN : fromOrdered(greatest);
  }

  /// Maps the bits of doubles to integers of the same order: -NaN, -∞, ..., -0, 0, ..., ∞, NaN.
  static long ordered(long bits) {
    return bits ^ ((bits >> 63) >>> 1);
  }

  /// The double of such an integer.
  static double fromOrdered(long ordered) {
    return Double.longBitsToDouble(ordered(ordered)) + 0.0; // -0 is 0
  }
}
