package dev.sheaf.random;

import org.apache.commons.math3.random.MersenneTwister;

/// The Mersenne Twister as the tutorials' `numpy.random.seed(seed)` and `random_sample()` give it:
/// Matsumoto and Nishimura's `init_genrand`, and doubles of 27 and 26 bits. For numbers that are to
/// equal NumPy's; it has no key for an item, and fails some tests of TestU01.
///
/// An object is for one thread.
public final class Mt19937 {
  /// The largest seed. NumPy takes twice as many; Commons Math's seeding is the same up to here.
  public static final int MAX_SEED = Integer.MAX_VALUE;

  private final MersenneTwister twister;

  private Mt19937(int seed) {
    twister = new MersenneTwister(seed);
  }

  /// The stream of a seed, from its first draw.
  ///
  /// @param seed 0 to [#MAX_SEED]
  public static Mt19937 of(long seed) {
    if (seed < 0 || seed > MAX_SEED) {
      throw new IllegalArgumentException("seed " + seed + " is not in 0.." + MAX_SEED);
    }
    return new Mt19937((int) seed);
  }

  /// The next double, a multiple of 2^-53 in [0, 1).
  public double nextDouble() {
    double high = (twister.nextInt() >>> 5) * 0x1p26;
    return (high + (twister.nextInt() >>> 6)) * 0x1p-53;
  }
}
