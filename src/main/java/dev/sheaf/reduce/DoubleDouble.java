package dev.sheaf.reduce;

/// A number of some 106 bits: the unevaluated sum of two doubles, after Dekker (1971) and Knuth
/// (TAOCP 2, 4.2.2). Sums of integers are exact below 2^100; others have a relative error of at
/// most 3 · 2^-106 an operation (Joldes, Muller, Popescu, ACM TOMS 44, 2017).
///
/// Infinities and NaN behave as in `double`.
///
/// @param high the sum, rounded to a double
/// @param low what is missing from it; 0 if `high` is not finite
public record DoubleDouble(double high, double low) {
  /// Zero.
  public static final DoubleDouble ZERO = new DoubleDouble(0, 0);

  /// Exactly `a + b`.
  public static DoubleDouble sum(double a, double b) {
    double sum = a + b;
    if (!Double.isFinite(sum)) {
      return new DoubleDouble(sum, 0);
    }
    double part = sum - a;
    return new DoubleDouble(sum, (a - (sum - part)) + (b - part));
  }

  /// Exactly `a * b`, unless it underflows.
  public static DoubleDouble product(double a, double b) {
    double product = a * b;
    return new DoubleDouble(product, Double.isFinite(product) ? Math.fma(a, b, -product) : 0);
  }

  /// This plus another number.
  public DoubleDouble plus(DoubleDouble other) {
    DoubleDouble highs = sum(high, other.high);
    DoubleDouble lows = sum(low, other.low);
    DoubleDouble part = sum(highs.high, highs.low + lows.high);
    return sum(part.high, lows.low + part.low);
  }

  /// This less another number.
  public DoubleDouble minus(DoubleDouble other) {
    return plus(new DoubleDouble(-other.high, -other.low));
  }

  /// This divided by a double.
  public DoubleDouble dividedBy(double divisor) {
    double quotient = high / divisor;
    DoubleDouble product = product(quotient, divisor);
    double rest = ((high - product.high) - product.low) + low;
    return sum(quotient, Double.isFinite(quotient) ? rest / divisor : 0);
  }

  /// The nearest double, but for rounding twice.
  public double value() {
    return high;
  }
}
