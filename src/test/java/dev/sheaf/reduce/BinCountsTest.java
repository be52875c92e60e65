package dev.sheaf.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class BinCountsTest {
  /// `numpy.histogram(np.arange(-100, 1101) * 0.01, bins=7, range=(0.1, 9.9))` and with `bins=49`,
  /// NumPy 1.24: many of the values are edges, or would be but for rounding.
  @Test
  void countsAsNumPy() {
    BinCounts few = new BinCounts(0.1, 9.9, 7);
    BinCounts many = new BinCounts(0.1, 9.9, 49);
    for (int i = -100; i <= 1100; i++) {
      few.add(i * 0.01);
      many.add(i * 0.01);
    }
    few.add(Double.NaN);
    few.add(Double.POSITIVE_INFINITY);
    assertArrayEquals(new long[] {141, 140, 139, 140, 140, 140, 141}, few.counts());
    assertArrayEquals(
        new long[] {
          21, 19, 20, 20, 20, 21, 20, 20, 19, 20, 20, 21, 19, 21, 19, 20, 21, 19, 21, 19, 20, 20,
          20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20,
          20, 20, 20, 20, 21
        },
        many.counts());
    assertArrayEquals(
        new double[] {
          0.1, 1.5000000000000002, 2.9000000000000004, 4.3, 5.7, 7.1000000000000005, 8.5, 9.9
        },
        few.edges());
  }
}
