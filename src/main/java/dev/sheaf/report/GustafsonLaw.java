package dev.sheaf.report;

/// How the speed-up depends on the number `n` of ranks when the work grows with them, so that each
/// has as much to do as one alone: `speedUp(n) = n - serial (n - 1)`. (J. L. Gustafson,
/// Reevaluating Amdahl's law, 1988.)
///
/// @param serial the part of the time on `n` ranks in which only one of them works, 0 to 1
public record GustafsonLaw(double serial) {
  /// By least squares of the relative errors.
  ///
  /// @param ranks one count more than 1 at least
  /// @param speedUps of each, against the same work on one rank
  public static GustafsonLaw fit(double[] ranks, double[] speedUps) {
    double lost = 0;
    double most = 0;
    for (int i = 0; i < ranks.length; i++) {
      double more = (ranks[i] - 1) / speedUps[i];
      lost += (ranks[i] / speedUps[i] - 1) * more;
      most += more * more;
    }
    return new GustafsonLaw(Math.clamp(lost / most, 0, 1));
  }

  /// How many times as fast as one rank with the same work.
  public double speedUp(double n) {
    return n - serial * (n - 1);
  }

  /// The root of the mean square of the relative errors.
  public double error(double[] ranks, double[] speedUps) {
    double sum = 0;
    for (int i = 0; i < ranks.length; i++) {
      double error = speedUp(ranks[i]) / speedUps[i] - 1;
      sum += error * error;
    }
    return Math.sqrt(sum / ranks.length);
  }
}
