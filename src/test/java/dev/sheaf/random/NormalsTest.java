package dev.sheaf.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// At fixed seeds, against the closed form of the normal distribution. The bounds leave a correct
/// generator a chance of about 10^-6 to fail at a seed; that it passes at these is checked here.
class NormalsTest {
  private static final int N = 1_000_000;

  private static double[] values(long seed, int n) {
    double[] values = new double[n];
    Normals.fill(seed, 0, values);
    return values;
  }

  private static double cumulative(double x) {
    return 0.5 * Erf.erfc(-x / Math.sqrt(2));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, -1})
  void moments(long seed) {
    double[] sums = new double[5];
    for (double x : values(seed, N)) {
      double power = 1;
      for (int k = 1; k <= 4; k++) {
        power *= x;
        sums[k] += power;
      }
    }
    // E x^k = 0, 1, 0, 3; Var x^k = E x^2k - (E x^k)^2 = 1, 2, 15, 96.
    double[] expected = {0, 0, 1, 0, 3};
    double[] variance = {0, 1, 2, 15, 96};
    for (int k = 1; k <= 4; k++) {
      assertEquals(expected[k], sums[k] / N, 5 * Math.sqrt(variance[k] / N), "moment " + k);
    }
  }

  /// Kolmogorov and Smirnov: sqrt(n) D exceeds 2.69 with probability 2 exp(-2 * 2.69²) = 10^-6.
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, -1})
  void distribution(long seed) {
    double[] sorted = values(seed, N);
    Arrays.sort(sorted);
    double distance = 0;
    for (int i = 0; i < N; i++) {
      double p = cumulative(sorted[i]);
      distance = Math.max(distance, Math.max(p - (double) i / N, (i + 1.0) / N - p));
    }
    assertTrue(distance * Math.sqrt(N) < 2.69, "D = " + distance);
  }

  /// The count beyond each bound, on both sides; 3.654152885361009 is where the ziggurat's tail
  /// begins.
  @Test
  void tails() {
    double[] bounds = {0, 0.1, 0.2152, 1, 2, 3, 3.5, 3.654152885361009, 3.8, 4, 4.5};
    int n = 20_000_000;
    int[] above = new int[bounds.length];
    int[] below = new int[bounds.length];
    for (double x : values(7, n)) {
      for (int i = 0; i < bounds.length && Math.abs(x) > bounds[i]; i++) {
        if (x > 0) {
          above[i]++;
        } else {
          below[i]++;
        }
      }
    }
    for (int i = 0; i < bounds.length; i++) {
      double p = cumulative(-bounds[i]);
      double tolerance = 5 * Math.sqrt(n * p * (1 - p)) + 1;
      assertEquals(n * p, above[i], tolerance, "above " + bounds[i]);
      assertEquals(n * p, below[i], tolerance, "below -" + bounds[i]);
    }
  }

  /// Elements at a distance are uncorrelated, and so are their squares.
  @Test
  void neighboursAreUnrelated() {
    double[] x = values(3, N);
    for (int lag : new int[] {1, 2, 3, 4, 8, 256, 1024, 5000}) {
      double product = 0;
      double squares = 0;
      for (int i = lag; i < N; i++) {
        product += x[i] * x[i - lag];
        squares += (x[i] * x[i] - 1) * (x[i - lag] * x[i - lag] - 1);
      }
      assertEquals(0, product / N, 5 / Math.sqrt(N), "lag " + lag);
      assertEquals(0, squares / N, 10 / Math.sqrt(N), "squares at lag " + lag);
    }
  }

  @Test
  void seedsDiffer() {
    double[] a = values(0, N);
    double[] b = values(1, N);
    double product = 0;
    for (int i = 0; i < N; i++) {
      product += a[i] * b[i];
    }
    assertEquals(0, product / N, 5 / Math.sqrt(N));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000, 1024, 1025, 4096})
  void chunksDoNotMatter(int chunk) {
    double[] expected = values(9, 10_000);
    double[] actual = new double[10_000];
    for (int from = 0; from < actual.length; from += chunk) {
      double[] part = new double[Math.min(chunk, actual.length - from)];
      Normals.fill(9, from, part);
      System.arraycopy(part, 0, actual, from, part.length);
    }
    assertArrayEquals(expected, actual);
  }

  @Test
  void elementsFarOut() {
    double[] together = new double[2000];
    Normals.fill(1, 1L << 40, together);
    double[] last = new double[1];
    Normals.fill(1, (1L << 40) + 1999, last);
    assertEquals(together[1999], last[0]);
  }

  @Test
  void memoryOutsideTheHeap() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(3000 * Double.BYTES);
      Normals.fill(4, 5, memory);
      double[] expected = new double[3000];
      Normals.fill(4, 5, expected);
      assertArrayEquals(expected, memory.toArray(ValueLayout.JAVA_DOUBLE));
    }
  }
}
