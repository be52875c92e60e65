package dev.sheaf.plot;

import java.util.Arrays;

/// Intervals of equal width; bin `i` begins at `start + i * width` and ends before the next one.
///
/// @param count how many, 1 or more
public record Bins(double start, double width, int count) {
  /// Bins for whole and half numbers, around the whole ones, of 1, 2, 5, 10, 20, … of them each: of
  /// the narrowest of these of which `most` are enough, with an empty one before and behind.
  public static Bins aroundIntegers(double min, double max, int most) {
    double width = 1;
    for (int step = 0; ; step++) {
      double first = Math.floor((min + 0.5) / width) - 1;
      double last = Math.floor((max + 0.5) / width) + 1;
      if (last - first < most) {
        return new Bins(first * width - 0.5, width, (int) (last - first) + 1);
      }
      width *= step % 3 == 1 ? 2.5 : 2;
    }
  }

  /// The end of the last bin.
  public double end() {
    return start + count * width;
  }

  /// How many of the values are in each bin; what is in none is not counted.
  public long[] counts(double... values) {
    long[] counts = new long[count];
    Arrays.stream(values)
        .map(value -> Math.floor((value - start) / width))
        .filter(bin -> bin >= 0 && bin < count)
        .forEach(bin -> counts[(int) bin]++);
    return counts;
  }
}
