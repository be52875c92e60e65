package dev.sheaf.workload;

import dev.sheaf.map.ItemTask;
import dev.sheaf.random.KeyedRandom;
import dev.sheaf.random.Mt19937;
import dev.sheaf.random.Philox;
import java.util.Arrays;
import java.util.function.Consumer;

/// Counts the trials of one seed whose point falls inside the quarter circle.
///
/// **Keyed generators.** A trial is one draw of 64 bits: its highest 31 are x, its lowest 31 y, a
/// cell of a square of 2^31 by 2^31 cells. The centre is inside if (x + 1/2)² + (y + 1/2)² < 2^62,
/// which integers decide exactly: no rounding, and the same count on every machine. Counting all
/// cells gives π - 1.02e-14, so the grid's own error is below the standard error of 10^28 trials.
///
/// **MT19937.** A trial is two doubles of 53 bits, x before y, inside if x² + y² < 1: the loop of
/// the tutorials.
final class PiTrials implements ItemTask<Long> {
  private final Seeds seeds;
  private final long trials;
  private final Pi.Generator generator;
  private final long[] draws = new long[KeyedRandom.BLOCK];
  private final long[] outside = new long[KeyedRandom.BLOCK];

  PiTrials(Seeds seeds, long trials, Pi.Generator generator) {
    this.seeds = seeds;
    this.trials = trials;
    this.generator = generator;
  }

  /// The count for the seed at a place in the order of the seeds.
  @Override
  public Long apply(long item) {
    long seed = seeds.get(item);
    return switch (generator) {
      case SPLITMIX -> inside(KeyedRandom.of(seed, 0)::fill);
      case PHILOX -> inside(Philox.of(seed, 0)::fill);
      case MT19937 -> inside(Mt19937.of(seed));
    };
  }

  private long inside(Consumer<long[]> stream) {
    Arrays.fill(outside, 0);
    for (long left = trials; left > 0; left -= draws.length) {
      stream.accept(draws);
      addOutside(draws, outside, (int) Math.min(left, draws.length));
    }
    return trials - Arrays.stream(outside).sum();
  }

  /// Adds 1 to `outside[i]` where draw `i` is a point outside. Without a sum over `i`, and with the
  /// draws made beforehand, the loop is compiled to SIMD.
  private static void addOutside(long[] draws, long[] outside, int count) {
    for (int i = 0; i < count; i++) {
      long x = draws[i] >>> 33;
      long y = draws[i] & 0x7FFFFFFF;
      outside[i] += (x * x + y * y + x + y) >>> 62;
    }
  }

  private long inside(Mt19937 random) {
    long inside = 0;
    for (long trial = 0; trial < trials; trial++) {
      double x = random.nextDouble();
      double y = random.nextDouble();
      if (x * x + y * y < 1) {
        inside++;
      }
    }
    return inside;
  }
}
