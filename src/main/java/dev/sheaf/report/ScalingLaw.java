package dev.sheaf.report;

import java.util.Arrays;

/// How the time of a piece of work depends on the number `n` of ranks, by Gunther's Universal
/// Scalability Law: `seconds(n) = seconds(1) / n * (1 + sigma (n - 1) + kappa n (n - 1))`. With
/// `kappa` 0 it is Amdahl's law, and `sigma` its serial fraction. (N. J. Gunther, Guerrilla
/// Capacity Planning, 2007, chapter 4.)
///
/// @param first the seconds on one rank
/// @param sigma contention: the part of the work that ranks do one after the other
/// @param kappa coherency: what each pair of ranks costs, relative to the work
public record ScalingLaw(double first, double sigma, double kappa) {
  /// A rank count beyond which no best one is looked for.
  private static final double MOST = 1L << 40;

  /// Amdahl's law by least squares of the relative errors; no part is negative.
  ///
  /// @param ranks two different counts at least
  /// @param seconds of each, more than 0
  public static ScalingLaw amdahl(double[] ranks, double[] seconds) {
    return fit(ranks, seconds, 2);
  }

  /// The Universal Scalability Law by least squares of the relative errors; no part is negative.
  ///
  /// @param ranks three different counts at least
  /// @param seconds of each, more than 0
  public static ScalingLaw universal(double[] ranks, double[] seconds) {
    return fit(ranks, seconds, 3);
  }

  /// The law is linear in `first`, `first * sigma` and `first * kappa`. There are so few of them
  /// that every choice of those that are not 0 can be tried (non-negative least squares).
  private static ScalingLaw fit(double[] ranks, double[] seconds, int terms) {
    double[] best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int used = 1; used < 1 << terms; used += 2) { // the first always is
      double[] found = solve(ranks, seconds, used, terms);
      if (found == null) {
        continue;
      }
      ScalingLaw law = new ScalingLaw(1, 0, 0).with(found);
      double error = law.squares(ranks, seconds);
      if (error < least * (1 - 1e-12)) {
        least = error;
        best = found;
      }
    }
    return new ScalingLaw(1, 0, 0).with(best);
  }

  private ScalingLaw with(double[] terms) {
    return new ScalingLaw(
        terms[0], terms[1] / terms[0], terms.length > 2 ? terms[2] / terms[0] : 0);
  }

  private double squares(double[] ranks, double[] seconds) {
    double sum = 0;
    for (int i = 0; i < ranks.length; i++) {
      double error = seconds(ranks[i]) / seconds[i] - 1;
      sum += error * error;
    }
    return sum;
  }

  private static double term(int term, double n) {
    return switch (term) {
      case 0 -> 1 / n;
      case 1 -> (n - 1) / n;
      default -> n - 1;
    };
  }

  /// The normal equations of the terms in `used`, by elimination.
  ///
  /// @return all terms; `null` if they can't be told apart or one is negative
  private static double[] solve(double[] ranks, double[] seconds, int used, int terms) {
    double[][] matrix = new double[terms][terms + 1];
    for (int row = 0; row < terms; row++) {
      if ((used >> row & 1) == 0) {
        matrix[row][row] = 1;
        continue;
      }
      for (int i = 0; i < ranks.length; i++) {
        double weight = term(row, ranks[i]) / seconds[i];
        for (int column = 0; column < terms; column++) {
          if ((used >> column & 1) != 0) {
            matrix[row][column] += weight * term(column, ranks[i]) / seconds[i];
          }
        }
        matrix[row][terms] += weight;
      }
    }
    for (int pivot = 0; pivot < terms; pivot++) {
      double[] by = matrix[pivot];
      double before = by[pivot];
      for (int row = 0; row < pivot; row++) {
        double[] done = matrix[row];
        double factor = by[row] / done[row];
        for (int column = row; column <= terms; column++) {
          by[column] -= factor * done[column];
        }
      }
      if (by[pivot] <= 1e-12 * before) {
        return null;
      }
    }
    double[] found = new double[terms];
    for (int row = terms - 1; row >= 0; row--) {
      double sum = matrix[row][terms];
      for (int column = row + 1; column < terms; column++) {
        sum -= matrix[row][column] * found[column];
      }
      found[row] = sum / matrix[row][row];
    }
    return found[0] > 0 && Arrays.stream(found).allMatch(term -> term >= 0) ? found : null;
  }

  /// The seconds on so many ranks.
  public double seconds(double n) {
    return first / n * (1 + sigma * (n - 1) + kappa * n * (n - 1));
  }

  /// How many times as fast as on one rank.
  public double speedUp(double n) {
    return first / seconds(n);
  }

  /// The rank count with the least time; 0 if there is none, as more are always faster.
  public long best() {
    if (sigma >= 1) {
      return 1;
    }
    double peak = Math.sqrt((1 - sigma) / kappa); // where the derivative is 0
    if (!(peak < MOST)) {
      return 0;
    }
    long below = Math.max(1, (long) peak);
    return seconds(below + 1.0) < seconds((double) below) ? below + 1 : below;
  }

  /// The root of the mean square of the relative errors.
  public double error(double[] ranks, double[] seconds) {
    return Math.sqrt(squares(ranks, seconds) / ranks.length);
  }

  /// The serial fraction that a measured speed-up tells of (A. H. Karp and H. P. Flatt, Measuring
  /// parallel processor performance, 1990): if it grows with `n`, overhead does.
  ///
  /// @param n more than 1
  public static double karpFlatt(double speedUp, double n) {
    return (1 / speedUp - 1 / n) / (1 - 1 / n);
  }
}
