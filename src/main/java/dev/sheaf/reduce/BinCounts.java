package dev.sheaf.reduce;

/// How many values lie in each of some bins of equal width, as `numpy.histogram` counts them: a bin
/// has its left edge, the last one both edges. One for each thread; the counts of parts add up to
/// those of the whole.
public final class BinCounts {
  private final double low;
  private final double perUnit;
  private final double[] edges;
  private final long[] counts;

  /// No values yet.
  ///
  /// @param low the left edge of the first bin
  /// @param high the right edge of the last one: larger, and both finite
  /// @param bins how many bins
  public BinCounts(double low, double high, int bins) {
    this.low = low;
    edges = new double[bins + 1];
    double step = (high - low) / bins;
    for (int i = 0; i < bins; i++) {
      edges[i] = i * step + low;
    }
    edges[bins] = high;
    counts = new long[bins];
    perUnit = bins / (high - low);
  }

  /// Counts a value if it lies within the bins.
  public void add(double value) {
    if (!(value >= low && value <= edges[counts.length])) {
      return;
    }
    int bin = Math.min((int) ((value - low) * perUnit), counts.length - 1);
    // Rounding may have missed by one.
    if (value < edges[bin]) {
      bin--;
    } else if (bin + 1 < counts.length && value >= edges[bin + 1]) {
      bin++;
    }
    counts[bin]++;
  }

  /// The edges, one more than bins: those of `numpy.linspace`.
  public double[] edges() {
    return edges.clone();
  }

  /// The counts themselves: to add to, or to set to 0.
  public long[] counts() {
    return counts;
  }
}
