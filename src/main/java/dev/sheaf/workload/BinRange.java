package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;

/// The bins of a histogram: of equal width, in a range.
///
/// @param low the left edge of the first bin
/// @param high the right edge of the last one
/// @param bins how many
public record BinRange(double low, double high, int bins) {
  static final Codec<BinRange> CODEC = Codecs.ofRecord(BinRange.class);

  /// More than any drawing shows.
  private static final int MOST = 100_000;

  /// Checks the numbers.
  public BinRange {
    checkBins(bins);
    if (!isRange(low, high)) {
      throw new InputException(
          "--range %s:%s: must be two finite numbers, the smaller one first".formatted(low, high));
    }
  }

  private static boolean isRange(double low, double high) {
    return low < high && Double.isFinite(high - low);
  }

  /// Checks a number of bins.
  static void checkBins(int bins) {
    if (bins < 1 || bins > MOST) {
      throw new InputException("--bins %d: must be 1 to %d".formatted(bins, MOST));
    }
  }

  /// The bins from the least to the greatest value; around it if there is only one, as by NumPy.
  static BinRange around(double least, double greatest, int bins) {
    if (!Double.isFinite(least) || !Double.isFinite(greatest)) {
      throw new InputException(
          "--bins: the values reach from %s to %s; give a --range".formatted(least, greatest));
    }
    double[] ends = ends(least, greatest);
    if (!isRange(ends[0], ends[1])) {
      throw new InputException(
          "--bins: there are none between values from %s to %s; give a --range"
              .formatted(least, greatest));
    }
    return new BinRange(ends[0], ends[1], bins);
  }

  /// The least and the greatest value; if there is only one, half before it and half behind: the
  /// same again where it is too large for that.
  static double[] ends(double least, double greatest) {
    return least == greatest
        ? new double[] {least - 0.5, greatest + 0.5}
        : new double[] {least, greatest};
  }
}
