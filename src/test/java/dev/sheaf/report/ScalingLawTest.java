package dev.sheaf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The figures of uneven times are SciPy 1.10's: `scipy.optimize.nnls` of the matrix with the
/// columns 1/n, (n-1)/n and n-1, each row divided by the seconds measured, and ones.
class ScalingLawTest {
  private static final double[] RANKS = {1, 2, 4, 8, 16, 32};
  private static final double[] SECONDS = {100, 52.3, 28.1, 16.9, 12.4, 13.1};

  private static void assertLaw(ScalingLaw law, double first, double sigma, double kappa) {
    assertEquals(first, law.first(), 1e-9 * first);
    assertEquals(sigma, law.sigma(), 1e-9);
    assertEquals(kappa, law.kappa(), 1e-9);
  }

  @Test
  void timesThatFollowALawGiveItBack() {
    ScalingLaw law = new ScalingLaw(7, 0.03, 0.0002);
    double[] seconds = Arrays.stream(RANKS).map(law::seconds).toArray();
    assertLaw(ScalingLaw.universal(RANKS, seconds), 7, 0.03, 0.0002);
    assertEquals(0, law.error(RANKS, seconds), 1e-12);

    double[] amdahl = Arrays.stream(RANKS).map(n -> 7 * (0.05 + 0.95 / n)).toArray();
    assertLaw(ScalingLaw.amdahl(RANKS, amdahl), 7, 0.05, 0);
    assertEquals(7 * (0.05 + 0.95 / 1024), ScalingLaw.amdahl(RANKS, amdahl).seconds(1024), 1e-9);
  }

  @Test
  void unevenTimesGiveWhatSciPyGives() {
    ScalingLaw amdahl = ScalingLaw.amdahl(RANKS, SECONDS);
    assertLaw(amdahl, 92.16897157895173, 0.08919219548417029, 0);
    assertEquals(0.09823209729926712, amdahl.error(RANKS, SECONDS), 1e-9);
    ScalingLaw universal = ScalingLaw.universal(RANKS, SECONDS);
    assertLaw(universal, 100.63357846991968, 0.029880593842436295, 0.0022453256521641585);
    assertEquals(0.0054048434241691255, universal.error(RANKS, SECONDS), 1e-9);
  }

  @Test
  void noPartIsNegative() {
    double[] ranks = {1, 2, 4};
    double[] superlinear = {10, 5.1, 2.4};
    assertLaw(ScalingLaw.amdahl(ranks, superlinear), 9.920625373455152, 0, 0);
    assertLaw(ScalingLaw.universal(ranks, superlinear), 9.920625373455152, 0, 0);
    double[] slower = {10, 11, 14};
    assertLaw(ScalingLaw.amdahl(ranks, slower), 9.74657881398885, 1.4459698387935516, 0);
    assertLaw(ScalingLaw.universal(ranks, slower), 10, 13.0 / 15, 1.0 / 6);
  }

  /// The peak is at sqrt((1 - sigma) / kappa) = 22.36.
  @Test
  void theBestCountIsThatOfTheLeastTime() {
    ScalingLaw law = new ScalingLaw(1, 0, 0.002);
    assertEquals(22, law.best());
    for (int n = 1; n < 100; n++) {
      assertTrue(law.seconds(22) <= law.seconds(n), "at " + n);
    }
    assertEquals(1, new ScalingLaw(1, 0.2, 3).best());
    assertEquals(1, new ScalingLaw(1, 1.4, 0).best());
    assertEquals(0, new ScalingLaw(1, 0.01, 0).best());
  }

  /// 1 / (f + (1 - f) / n) is Amdahl's speed-up with a serial fraction f.
  @Test
  void karpFlattIsAmdahlsFractionBackwards() {
    assertEquals(0.1, ScalingLaw.karpFlatt(1 / (0.1 + 0.9 / 8), 8), 1e-12);
    assertEquals(0, ScalingLaw.karpFlatt(4, 4), 1e-12);
    assertTrue(ScalingLaw.karpFlatt(4.1, 4) < 0);
  }
}
