package dev.sheaf.random;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// The default generator: the stream of one item, a pure function of (seed, item, draw).
///
/// Draw `n` (from 0) is SplitMix64's finaliser of a counter, `mix(key + (n + 1) γ)`: the sequence
/// of [java.util.SplittableRandom] started at `key`, with its golden-ratio γ (Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
/// <https://doi.org/10.1145/2660193.2660195>). That sequence passes TestU01's BigCrush and 512 GB
/// of PractRand (Lemire, <https://github.com/lemire/testingRNG>). The key of an item is a draw from
/// the stream of its seed, so all streams are stretches of one cycle of 2^64, begun at scattered
/// places: `m` streams of `n` draws overlap somewhere with a probability of about m² n / 2^64 (1000
/// streams of 10^9: 5 in 100,000). Where that, or a 64-bit cycle, is not good enough, [Philox]
/// keeps streams apart by construction. Neither is for secrets.
///
/// Bounded integers, doubles of 53 bits and shuffles (`Collections.shuffle(list, random)`) are
/// [RandomGenerator]'s own; integers below a bound are unbiased.
///
/// An object is for one thread. A draw costs about a nanosecond, a tenth of that in [#fill].
public final class KeyedRandom implements RandomGenerator {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  /// The most draws that [#fill] makes at once.
  public static final int BLOCK = 1024;

  /// `(i + 1) γ`. A loop that loads it is compiled to SIMD; one that multiplies is not.
  private static final long[] STEPS = new long[BLOCK];

  static {
    for (int i = 0; i < BLOCK; i++) {
      STEPS[i] = (i + 1) * GAMMA;
    }
  }

  private long state;

  KeyedRandom(long key) {
    state = key;
  }

  /// The stream of an item, from its first draw.
  ///
  /// @param seed any number
  /// @param item the item's index, 0 or more
  public static KeyedRandom of(long seed, long item) {
    return new KeyedRandom(key(seed, item));
  }

  @Override
  public long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /// A permutation of 0 to `n - 1`, each equally likely up to one part in 2^33.
  ///
  /// It is made of `n - 1` draws: for `i` from `n - 1` down to 1, element `i` and element `j`
  /// change places, with `j` the high 64 bits of `draw * (i + 1)`, unsigned (Fisher and Yates;
  /// Durstenfeld, <https://doi.org/10.1145/364520.364540>; Lemire,
  /// <https://doi.org/10.1145/3230636>, without the rejection).
  public int[] permutation(int n) {
    int[] permutation = new int[n];
    Arrays.setAll(permutation, i -> i);
    for (int i = n - 1; i > 0; i--) {
      int j = (int) Math.unsignedMultiplyHigh(nextLong(), i + 1);
      int element = permutation[i];
      permutation[i] = permutation[j];
      permutation[j] = element;
    }
    return permutation;
  }

  /// Fills the array with the next draws, those that as many calls of [#nextLong] would give.
  ///
  /// @param values at most [#BLOCK] long
  public void fill(long[] values) {
    draws(state, 0, values, values.length);
    state += values.length * GAMMA;
  }

  /// The key of an item's stream.
  static long key(long seed, long item) {
    return mix(mix(seed + GAMMA) + (item + 1) * GAMMA);
  }

  /// Puts draws `first` to `first + count - 1` of the stream of `key` into `values`.
  ///
  /// @param count at most [#BLOCK]
  static void draws(long key, long first, long[] values, int count) {
    long state = key + first * GAMMA;
    // The same index on both sides: else the compiler must fear that they overlap.
    for (int i = 0; i < count; i++) {
      values[i] = mix(state + STEPS[i]);
    }
  }

  /// Stafford's "mix 13" of MurmurHash3's finaliser.
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
