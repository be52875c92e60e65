package dev.sheaf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GustafsonLawTest {
  private static final double[] RANKS = {1, 2, 4, 8, 16, 32};

  @Test
  void speedUpsThatFollowTheLawGiveItBack() {
    double[] speedUps = {1, 1.95, 3.85, 7.65, 15.25, 30.45};
    GustafsonLaw law = GustafsonLaw.fit(RANKS, speedUps);
    assertEquals(0.05, law.serial(), 1e-12);
    assertEquals(0, law.error(RANKS, speedUps), 1e-12);
    assertEquals(1024 - 0.05 * 1023, law.speedUp(1024), 1e-9);
  }

  /// SciPy 1.10: `nnls(((n - 1) / s)[:, None], n / s - 1)`.
  @Test
  void unevenSpeedUpsGiveWhatSciPyGives() {
    double[] speedUps = {1, 1.9, 3.6, 7.4, 13, 22};
    GustafsonLaw law = GustafsonLaw.fit(RANKS, speedUps);
    assertEquals(0.21295094420289454, law.serial(), 1e-12);
    assertEquals(0.08804281175896761, law.error(RANKS, speedUps), 1e-12);
  }

  @Test
  void thePartIsBetweenNothingAndAll() {
    double[] two = {1, 2};
    assertEquals(0, GustafsonLaw.fit(two, new double[] {1, 2.3}).serial());
    assertEquals(1, GustafsonLaw.fit(two, new double[] {1, 0.4}).serial());
  }
}
