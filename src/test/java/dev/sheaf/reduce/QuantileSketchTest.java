package dev.sheaf.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QuantileSketchTest {
  private static QuantileSketch of(double... values) {
    QuantileSketch sketch = new QuantileSketch();
    for (double value : values) {
      sketch.add(value);
    }
    return sketch;
  }

  /// `numpy.nanquantile([3, nan, -1, 7, 7, 0.1, -2.5], [0, 0.1, 0.5, 0.77, 1])`, NumPy 1.24.
  @Test
  void fewValuesAreExact() {
    QuantileSketch sketch = of(3, Double.NaN, -1, 7, 7, 0.1, -2.5);
    assertEquals(6, sketch.count());
    assertEquals(0, sketch.relativeError());
    assertArrayEquals(
        new double[] {-2.5, -1.75, 1.55, 6.4, 7}, sketch.quantiles(0, 0.1, 0.5, 0.77, 1), 1e-15);
  }

  @Test
  void numbersOf16BitsAreExact() {
    QuantileSketch sketch =
        of(IntStream.range(0, 200_000).mapToDouble(i -> (short) (i * 7919)).toArray());
    assertEquals(0, sketch.relativeError());
    double[] sorted =
        IntStream.range(0, 200_000).mapToDouble(i -> (short) (i * 7919)).sorted().toArray();
    assertArrayEquals(
        new double[] {sorted[50_000], sorted[100_000]},
        sketch.quantiles(50_000 / 199_999.0, 100_000 / 199_999.0),
        1e-9);
  }

  private static Stream<Arguments> distributions() {
    Random random = new Random(1);
    return Stream.of(
        Arguments.of("normal", 9, (DoubleSupplier) random::nextGaussian),
        Arguments.of("one power of two", 16, (DoubleSupplier) () -> 4 + 4 * random.nextDouble()),
        Arguments.of("far from 0", 16, (DoubleSupplier) () -> -1e9 + random.nextGaussian()),
        Arguments.of(
            "60 powers of two",
            9,
            (DoubleSupplier) () -> Math.scalb(random.nextDouble(-1, 1), random.nextInt(60))),
        Arguments.of(
            "all bits", 4, (DoubleSupplier) () -> Double.longBitsToDouble(random.nextLong())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("distributions")
  void keepsItsBound(String name, int bits, DoubleSupplier distribution) {
    double[] values = DoubleStream.generate(distribution).limit(300_001).toArray();
    QuantileSketch sketch = of(values);
    double bound = sketch.relativeError();
    assertTrue(bound > 0 && bound <= Math.scalb(1.0, -bits - 1), name + ": " + bound);
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    double[] q = IntStream.rangeClosed(0, 300).mapToDouble(i -> i / 300.0).toArray();
    double[] found = sketch.quantiles(q);
    double n = sorted.length - 1;
    for (int i = 0; i < q.length; i++) {
      double a = sorted[(int) (n * q[i])];
      double b = sorted[(int) Math.ceil(n * q[i])];
      double error = bound * Math.max(Math.abs(a), Math.abs(b)) * 1.000001;
      assertTrue(found[i] >= a - error && found[i] <= b + error, q[i] + ": " + found[i]);
    }
    assertEquals(sorted[0], found[0]);
    assertEquals(sorted[sorted.length - 1], found[300]);
  }

  /// Parts of any size, added up in any order, and by way of their longs.
  @ParameterizedTest(name = "{0}")
  @MethodSource("distributions")
  void partsGiveTheSameSketch(String name, int bits, DoubleSupplier distribution) {
    double[] values = DoubleStream.generate(distribution).limit(200_000).toArray();
    long[] whole = content(of(values));
    QuantileSketch backwards = new QuantileSketch();
    for (int to = values.length, size = 1; to > 0; size *= 3) {
      int from = Math.max(0, to - size);
      backwards.add(of(Arrays.copyOfRange(values, from, to)).toLongs());
      to = from;
    }
    assertArrayEquals(whole, content(backwards), name + bits);
    QuantileSketch total = new QuantileSketch();
    QuantileSketch part = new QuantileSketch();
    for (int from = 0; from < values.length; from += 777) {
      for (int i = from; i < Math.min(from + 777, values.length); i++) {
        part.add(values[i]);
      }
      total.add(part);
      part.clear(total);
    }
    assertArrayEquals(whole, content(total), name + bits);
  }

  /// What it has counted, in ascending order.
  private static long[] content(QuantileSketch sketch) {
    long[] all = sketch.toLongs();
    int buckets = (all.length - QuantileSketch.HEAD) / 2;
    TreeMap<Long, Long> counts = new TreeMap<>();
    for (int i = QuantileSketch.HEAD; i < QuantileSketch.HEAD + buckets; i++) {
      counts.put(all[i], all[i + buckets]);
    }
    return LongStream.concat(
            Arrays.stream(all, 0, QuantileSketch.HEAD),
            counts.entrySet().stream().flatMapToLong(e -> LongStream.of(e.getKey(), e.getValue())))
        .toArray();
  }

  @Test
  void infinitiesAndZeros() {
    double inf = Double.POSITIVE_INFINITY;
    QuantileSketch sketch = of(IntStream.range(0, 100_000).mapToDouble(Math::sin).toArray());
    sketch.add(of(-inf, -inf, inf, inf, 0.0, -0.0));
    assertArrayEquals(
        new double[] {-inf, -inf, inf, inf},
        sketch.quantiles(0, 1 / 100_005.0, 100_004 / 100_005.0, 1));
    assertArrayEquals(new double[] {0}, of(0.0, -0.0, -0.0).quantiles(0.5));
    assertEquals(0, of(0.0, -0.0).relativeError());
    assertArrayEquals(new double[] {Double.NaN}, of(Double.NaN).quantiles(0.5));
  }
}
