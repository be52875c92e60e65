package dev.sheaf.reduce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExactSumTest {
  private static double sum(double... values) {
    ExactSum sum = new ExactSum();
    for (double value : values) {
      sum.add(value);
    }
    return sum.value();
  }

  /// The nearest double of the sum that [BigDecimal] gives.
  @Test
  void isTheNearestDoubleOfTheExactSum() {
    Random random = new Random(1);
    for (int run = 0; run < 2000; run++) {
      double[] values = new double[random.nextInt(1, 40)];
      int spread = random.nextInt(1, 2000);
      for (int i = 0; i < values.length; i++) {
        long exponent = Math.clamp(1023L + random.nextInt(spread) - spread / 2, 0, 2000);
        values[i] = Double.longBitsToDouble(random.nextLong() >>> 12 | exponent << 52);
        values[i] *= random.nextBoolean() ? 1 : -1;
        if (i > 0 && random.nextInt(4) == 0) {
          values[i] = -values[random.nextInt(i)];
        }
      }
      BigDecimal exact = BigDecimal.ZERO;
      for (double value : values) {
        exact = exact.add(new BigDecimal(value));
      }
      assertEquals(exact.doubleValue() + 0.0, sum(values));
    }
  }

  @Test
  void partsAddUpToTheSameInAnyOrder() {
    Random random = new Random(2);
    double[] values = random.doubles(10_000, -1, 1).map(x -> x * x * x * 1e10).toArray();
    long[] total = new long[ExactSum.LONGS];
    ExactSum[] parts = new ExactSum[7];
    for (int part = 0; part < parts.length; part++) {
      parts[part] = new ExactSum();
    }
    for (double value : values) {
      parts[random.nextInt(parts.length)].add(value);
    }
    for (ExactSum part : parts) {
      long[] longs = part.toLongs();
      for (int i = 0; i < total.length; i++) {
        total[i] += longs[i];
      }
    }
    assertEquals(sum(values), new ExactSum(total).value());
  }

  @Test
  void theEndsOfTheScale() {
    assertEquals(0.0, sum());
    assertEquals(0.0, sum(-0.0));
    assertEquals(Double.MIN_VALUE, sum(Double.MIN_VALUE));
    assertEquals(-Double.MAX_VALUE, sum(-Double.MAX_VALUE));
    assertEquals(Double.MAX_VALUE, sum(Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE));
    assertEquals(Double.POSITIVE_INFINITY, sum(Double.MAX_VALUE, Double.MAX_VALUE));
    assertEquals(Double.NEGATIVE_INFINITY, sum(1, Double.NEGATIVE_INFINITY));
    assertEquals(
        Double.NaN, sum(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MAX_VALUE));
    assertEquals(Double.NaN, sum(Double.NaN, 1));
    assertEquals(1, sum(1, 0x1p-53)); // half-way: to the even one
    assertEquals(1 + 0x1p-52, sum(1, 0x1p-53, Double.MIN_VALUE));
  }
}
