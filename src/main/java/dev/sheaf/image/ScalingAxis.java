package dev.sheaf.image;

import java.util.Arrays;

/// The triangle filter along one axis: output `i` is the sum over `k` of `weights[i * taps + k]`
/// times input `first[i] + k`, for the first `count[i]` of its taps.
record ScalingAxis(int taps, int[] first, int[] count, double[] weights) {
  /// The weights of Pillow (`precompute_coeffs` in Resample.c). Where nothing is scaled, each input
  /// is its output, whatever stands beside it.
  ///
  /// @param size of the input, of which from `begin` to `end` is scaled to `newSize`
  static ScalingAxis of(int size, float begin, float end, int newSize) {
    double scale = (double) (end - begin) / newSize;
    double width = Math.max(scale, 1);
    boolean same = begin == 0 && end == size && newSize == size;
    int taps = same ? 1 : 2 * (int) Math.ceil(width) + 1;
    int[] first = new int[newSize];
    int[] count = new int[newSize];
    double[] weights = new double[newSize * taps];
    if (same) {
      Arrays.setAll(first, i -> i);
      Arrays.fill(count, 1);
      Arrays.fill(weights, 1);
      return new ScalingAxis(taps, first, count, weights);
    }
    for (int i = 0; i < newSize; i++) {
      double centre = begin + (i + 0.5) * scale;
      first[i] = Math.max(0, (int) (centre - width + 0.5));
      count[i] = Math.min(size, (int) (centre + width + 0.5)) - first[i];
      double sum = 0;
      for (int k = 0; k < count[i]; k++) {
        double distance = Math.abs((k + first[i] - centre + 0.5) * (1 / width));
        weights[i * taps + k] = Math.max(0, 1 - distance);
        sum += weights[i * taps + k];
      }
      for (int k = 0; k < count[i]; k++) {
        weights[i * taps + k] /= sum;
      }
    }
    return new ScalingAxis(taps, first, count, weights);
  }

  /// A weight.
  double weight(int i, int k) {
    return weights[i * taps + k];
  }

  /// All weights in fixed point (`normalize_coeffs_8bpc`).
  ///
  /// @param bits behind the point
  int[] fixed(int bits) {
    return Arrays.stream(weights).mapToInt(weight -> (int) (0.5 + weight * (1 << bits))).toArray();
  }
}
