package dev.sheaf.reduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockMomentsTest {
  /// The moments of elements `from` to `to`.
  private static Moments moments(double[] x, int from, int to) {
    BlockMoments reducer = new BlockMoments();
    FixedTree<Moments> tree = new FixedTree<>(Moments::plus);
    for (int at = from; at < to; at += BlockMoments.BLOCK) {
      int count = Math.min(BlockMoments.BLOCK, to - at);
      reducer.memory().asDoubleBuffer().put(0, x, at, count);
      tree.add(reducer.doubles(count));
    }
    return tree.result(Moments.EMPTY);
  }

  private static Moments moments(double... x) {
    return moments(x, 0, x.length);
  }

  private static double[] fill(int count, DoubleSupplier values) {
    double[] x = new double[count];
    Arrays.setAll(x, i -> values.getAsDouble());
    return x;
  }

  /// Numbers of all sizes, here and there a NaN.
  private static double[] motley(int count) {
    Random random = new Random(count);
    return fill(
        count,
        () ->
            random.nextInt(5000) == 0
                ? Double.NaN
                : Math.scalb(random.nextGaussian(), random.nextInt(60)));
  }

  @Test
  void everyPartitionGivesTheSameBits() {
    int block = BlockMoments.BLOCK;
    Random random = new Random(1);
    for (int count : new int[] {1, block - 1, block, block + 1, 13 * block, 21 * block + 17}) {
      double[] x = motley(count);
      Moments whole = moments(x);
      for (int trial = 0; trial < 20; trial++) {
        // A chunk is the unit of work. Each is done by some rank, here by one after the other.
        int chunk = block << random.nextInt(5);
        Moments[] partial = new Moments[Math.ceilDiv(count, chunk)];
        List<Integer> order = new ArrayList<>(IntStream.range(0, partial.length).boxed().toList());
        Collections.shuffle(order, random);
        for (int i : order) {
          partial[i] = moments(x, i * chunk, Math.min((i + 1) * chunk, count));
        }
        FixedTree<Moments> tree = new FixedTree<>(Moments::plus);
        Arrays.stream(partial).forEach(tree::add);
        assertEquals(whole, tree.result(Moments.EMPTY));
      }
    }
  }

  /// `i = np.arange(1_000_000, dtype=np.uint64); x = ((i*2654435761) % (1<<32)) / 2**32 - 0.25`,
  /// then `np.mean(x)`, `np.std`, `np.min`, `np.max`; then the same after `x[::7] = np.nan` with
  /// `np.nanmean` and so on (NumPy 2.4.6), 12 digits of each.
  @Test
  void agreesWithNumpy() {
    double[] x = new double[1_000_000];
    Arrays.setAll(x, i -> (i * 2654435761L % (1L << 32)) * 0x1p-32 - 0.25);
    assertEquals(
        "2.49998746239e-01 2.88675145482e-01 -2.50000000000e-01 7.49998073792e-01 1000000 0",
        print(moments(x)));
    for (int i = 0; i < x.length; i += 7) {
      x[i] = Double.NaN;
    }
    assertEquals(
        "2.49999061869e-01 2.88675121103e-01 -2.49999618856e-01 7.49998073792e-01 857142 142858",
        print(moments(x)));
  }

  private static String print(Moments m) {
    return String.format(
        Locale.ROOT,
        "%.11e %.11e %.11e %.11e %d %d",
        m.mean(),
        m.std(),
        m.min(),
        m.max(),
        m.count(),
        m.nans());
  }

  private static void assertExact(double[] x, double meanError, double stdError) {
    MathContext digits = new MathContext(60);
    BigDecimal n = new BigDecimal(x.length);
    BigDecimal mean =
        Arrays.stream(x).mapToObj(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
    mean = mean.divide(n, digits);
    BigDecimal m2 = BigDecimal.ZERO;
    for (double v : x) {
      m2 = m2.add(new BigDecimal(v).subtract(mean, digits).pow(2, digits), digits);
    }
    double std = m2.divide(n, digits).sqrt(digits).doubleValue();
    Moments actual = moments(x);
    assertEquals(std, actual.std(), stdError * std);
    assertEquals(mean.doubleValue(), actual.mean(), meanError * Math.abs(mean.doubleValue()));
    assertEquals(Arrays.stream(x).min().orElseThrow(), actual.min());
    assertEquals(Arrays.stream(x).max().orElseThrow(), actual.max());
  }

  /// Against the exact mean and deviation (BigDecimal). The mean's error is relative to the mean,
  /// so that of normals is let be larger.
  @Test
  void isAccurate() {
    Random random = new Random(2);
    int n = BlockMoments.BLOCK + 1000;
    assertExact(fill(n, random::nextDouble), 2e-16, 1e-15);
    assertExact(fill(n, random::nextGaussian), 1e-13, 1e-15);
    assertExact(fill(n, () -> 1e16 + 2 * random.nextInt(5)), 2e-16, 1e-15);
    assertExact(fill(n, () -> 1e9 + random.nextGaussian()), 2e-16, 1e-15);
    assertExact(fill(n, () -> 1e-140 * random.nextDouble()), 2e-16, 1e-15);
    assertExact(fill(n, () -> 1e150 * random.nextGaussian()), 1e-13, 1e-15);
    assertExact(fill(n, () -> Math.scalb(random.nextDouble(), random.nextInt(300))), 1e-15, 1e-15);
    assertExact(fill(n, () -> 3.7), 2e-16, 0);
    double[] outliers = fill(n, random::nextGaussian);
    for (int i = 0; i < n; i += BlockMoments.BLOCK) {
      outliers[i] = 1e12; // where a block's `c` could be taken
    }
    assertExact(outliers, 1e-15, 1e-13);
    double[] sorted = fill(n, random::nextGaussian);
    Arrays.sort(sorted);
    assertExact(sorted, 1e-13, 1e-15);
  }

  @Test
  void hasNoValues() {
    assertEquals(Moments.EMPTY, moments());
    Moments nans = moments(fill(5000, () -> Double.NaN));
    assertEquals(5000, nans.nans());
    for (Moments m : List.of(Moments.EMPTY, nans)) {
      assertEquals(0, m.count());
      for (double value : new double[] {m.mean(), m.std(), m.min(), m.max()}) {
        assertTrue(Double.isNaN(value));
      }
    }
  }

  /// As `np.nanmean`, `np.nanstd`, `np.nanmin`, `np.nanmax` (NumPy 2.4.6).
  @Test
  void handlesSpecialValuesAsNumpyDoes() {
    double inf = Double.POSITIVE_INFINITY;
    double nan = Double.NaN;
    assertValues(moments(7), 7, 0, 7, 7);
    assertValues(moments(1, 2, inf), inf, nan, 1, inf);
    assertValues(moments(-inf, inf, 1), nan, nan, -inf, inf);
    assertValues(moments(nan, -inf), -inf, nan, -inf, -inf);
    assertValues(moments(1.7e308, 1.7e308), inf, inf, 1.7e308, 1.7e308);
    assertValues(moments(1e200, -1e200), 0, inf, -1e200, 1e200);
    assertValues(moments(1.7e308, -1.7e308), 0, inf, -1.7e308, 1.7e308);
    assertValues(moments(Double.MIN_VALUE, 0), 0, 0, 0, Double.MIN_VALUE);
    assertValues(moments(-0.0, -0.0), 0, 0, 0, 0);
    // An infinity among others, in one of several blocks.
    double[] x = fill(100_000, () -> 1);
    x[50_000] = -inf;
    x[100] = nan;
    Moments m = moments(x);
    assertValues(m, -inf, nan, -inf, 1);
    assertEquals(99_999, m.count());
    assertEquals(1, m.nans());
  }

  private static void assertValues(Moments m, double mean, double std, double min, double max) {
    assertEquals(mean, m.mean());
    assertEquals(std, m.std());
    assertEquals(min, m.min());
    assertEquals(max, m.max());
  }

  private static Moments moments(long[] x, boolean unsigned) {
    BlockMoments reducer = new BlockMoments();
    FixedTree<Moments> tree = new FixedTree<>(Moments::plus);
    for (int at = 0; at < x.length; at += BlockMoments.BLOCK) {
      int count = Math.min(BlockMoments.BLOCK, x.length - at);
      reducer.memory().asLongBuffer().put(0, x, at, count);
      tree.add(reducer.longs(count, unsigned));
    }
    return tree.result(Moments.EMPTY);
  }

  /// `z = np.arange(100_000, dtype=np.int64) * 6364136223846793005 + 1442695040888963407`, then
  /// `z.std()`, `z.min()`, `z.max()` and `sum(map(int, z))`; and of `z.view(np.uint64)` (NumPy
  /// 2.4.6).
  @Test
  void sumsIntegersExactly() {
    long[] z = new long[100_000];
    Arrays.setAll(z, k -> k * 6364136223846793005L + 1442695040888963407L);
    Moments signed = moments(z, false);
    assertEquals(new BigInteger("88761766249357226064"), sum(signed));
    assertEquals(5.325116359571714e18, signed.std(), 1e4);
    assertEquals(-9223302728110164528L, signed.least());
    assertEquals(9223079126431756230L, signed.greatest());
    Moments unsigned = moments(z, true);
    assertEquals(new BigInteger("922425965451726938026064"), sum(unsigned));
    assertEquals(5.325115411238972e18, unsigned.std(), 1e4);
    assertEquals("250418328426709", Long.toUnsignedString(unsigned.least() ^ Long.MIN_VALUE));
    assertEquals(
        "18446678566651040070", Long.toUnsignedString(unsigned.greatest() ^ Long.MIN_VALUE));
  }

  /// Where doubles have steps of 1024: the deviation of 0, 1, ..., 9 is sqrt(8.25).
  @Test
  void keepsTheSmallDifferencesOfLargeIntegers() {
    long[] x = new long[50_000];
    Arrays.setAll(x, k -> Long.MAX_VALUE - k % 10);
    assertEquals(Math.sqrt(8.25), moments(x, false).std(), 1e-15);
    Arrays.setAll(x, k -> -1L - k % 10);
    assertEquals(Math.sqrt(8.25), moments(x, true).std(), 1e-15);
  }

  private static BigInteger sum(Moments m) {
    return new BigDecimal(m.sum().high()).add(new BigDecimal(m.sum().low())).toBigIntegerExact();
  }

  /// Prints the moments of motley data, after enough work for all compilers.
  static final class Print {
    private Print() {}

    public static void main(String[] args) {
      double[] x = motley(100_000);
      Moments m = Moments.EMPTY;
      for (int i = 0; i < 12; i++) {
        m = moments(x);
      }
      System.out.println(
          Double.toHexString(m.sum().high())
              + " "
              + Double.toHexString(m.sum().low())
              + " "
              + Double.toHexString(m.m2()));
    }
  }

  /// Vectors of the machine's width, of 32 and 16 bytes, and none at all.
  @ParameterizedTest
  @ValueSource(strings = {"-XX:+UseSuperWord", "-XX:UseAVX=2", "-XX:UseAVX=0", "-Xint"})
  void vectorsDoNotChangeTheResult(String option) throws IOException, InterruptedException {
    double[] x = motley(100_000);
    Moments here = moments(x);
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                option,
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-cp",
                System.getProperty("java.class.path"),
                Print.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, java.waitFor());
    assertEquals(
        Double.toHexString(here.sum().high())
            + " "
            + Double.toHexString(here.sum().low())
            + " "
            + Double.toHexString(here.m2()),
        printed.strip());
  }
}
