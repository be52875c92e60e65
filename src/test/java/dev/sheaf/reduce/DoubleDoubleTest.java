package dev.sheaf.reduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Against exact arithmetic (BigDecimal, BigInteger).
class DoubleDoubleTest {
  private final Random random = new Random(1);

  private static BigDecimal exact(DoubleDouble x) {
    return new BigDecimal(x.high()).add(new BigDecimal(x.low()));
  }

  private double any() {
    return Math.scalb(random.nextGaussian(), random.nextInt(80) - 40);
  }

  private static void assertClose(BigDecimal expected, DoubleDouble actual, double error) {
    BigDecimal off = exact(actual).subtract(expected).abs();
    BigDecimal allowed = expected.abs().multiply(new BigDecimal(error));
    assertTrue(off.compareTo(allowed) <= 0, expected + " is not " + exact(actual));
  }

  @Test
  void twoDoublesMakeAnExactSumAndProduct() {
    for (int i = 0; i < 10_000; i++) {
      double a = any();
      double b = any();
      assertEquals(
          0, exact(DoubleDouble.sum(a, b)).compareTo(new BigDecimal(a).add(new BigDecimal(b))));
      assertEquals(
          0,
          exact(DoubleDouble.product(a, b))
              .compareTo(new BigDecimal(a).multiply(new BigDecimal(b))));
    }
  }

  @Test
  void arithmeticIsGoodToAHundredBits() {
    for (int i = 0; i < 10_000; i++) {
      DoubleDouble a = DoubleDouble.sum(any(), any());
      DoubleDouble b = DoubleDouble.sum(any(), any());
      double c = any();
      assertClose(exact(a).add(exact(b)), a.plus(b), 0x1p-104);
      assertClose(exact(a).subtract(exact(b)), a.minus(b), 0x1p-104);
      assertClose(
          exact(a).divide(new BigDecimal(c), new MathContext(60)), a.dividedBy(c), 0x1p-100);
    }
  }

  @Test
  void sumsOfIntegersAreExact() {
    DoubleDouble sum = DoubleDouble.ZERO;
    BigInteger expected = BigInteger.ZERO;
    for (int i = 0; i < 100_000; i++) {
      // Up to 2^83 each, so up to 2^100 in sum, the signs in long runs.
      BigInteger value = new BigInteger(83, random);
      value = (i >> 14 & 1) == 0 ? value : value.negate();
      double high = value.doubleValue();
      double low = value.subtract(new BigDecimal(high).toBigInteger()).doubleValue();
      sum = sum.plus(DoubleDouble.sum(high, low));
      expected = expected.add(value);
      assertEquals(expected, exact(sum).toBigIntegerExact());
    }
  }

  @Test
  void infinitiesStay() {
    DoubleDouble infinity = DoubleDouble.sum(Double.MAX_VALUE, Double.MAX_VALUE);
    DoubleDouble one = new DoubleDouble(1, 0);
    assertEquals(new DoubleDouble(Double.POSITIVE_INFINITY, 0), infinity);
    assertEquals(infinity, infinity.plus(one));
    assertEquals(infinity, one.plus(infinity));
    assertEquals(infinity, infinity.dividedBy(3));
    assertEquals(infinity, DoubleDouble.product(1e200, 1e200));
    assertTrue(Double.isNaN(infinity.minus(infinity).value()));
    assertTrue(Double.isNaN(DoubleDouble.ZERO.dividedBy(0).value()));
  }
}
