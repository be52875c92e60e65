package dev.sheaf.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedRandomTest {
  /// Chi-square of 255 degrees of freedom exceeds this with probability 10^-6 (SciPy:
  /// `scipy.stats.chi2.isf(1e-6, 255)`).
  private static final double CHI_SQUARE_255 = 377.08;

  /// SplitMix64 from state 1234567: the values of Rosetta Code, "Pseudo-random numbers/Splitmix64".
  @Test
  void publishedSequence() {
    long[] expected = {
      6457827717110365317L,
      3203168211198807973L,
      Long.parseUnsignedLong("9817491932198370423"),
      4593380528125082431L,
      Long.parseUnsignedLong("16408922859458223821")
    };
    KeyedRandom random = new KeyedRandom(1234567);
    for (long value : expected) {
      assertEquals(value, random.nextLong());
    }
  }

  /// The JDK's generator, itself started at a draw of a stream started at a draw.
  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "1, 0", "-1, 7", "9223372036854775807, 1000000"})
  void streamsAreThoseOfSplittableRandom(long seed, int item) {
    SplittableRandom keys = new SplittableRandom(new SplittableRandom(seed).nextLong());
    keys.longs(item).forEach(_ -> {});
    SplittableRandom expected = new SplittableRandom(keys.nextLong());
    KeyedRandom random = KeyedRandom.of(seed, item);
    for (int i = 0; i < 100; i++) {
      assertEquals(expected.nextLong(), random.nextLong());
    }
  }

  /// By Python, from the definition: integers are exact there.
  @Test
  void permutations() {
    int[] expected = {6, 9, 5, 1, 8, 2, 7, 0, 4, 3};
    assertArrayEquals(expected, KeyedRandom.of(7, 3).permutation(10));
    assertArrayEquals(new int[] {0}, KeyedRandom.of(7, 3).permutation(1));
    assertArrayEquals(new int[0], KeyedRandom.of(7, 3).permutation(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 1000, 1024})
  void fillGivesTheNextDraws(int count) {
    KeyedRandom one = KeyedRandom.of(3, 4);
    KeyedRandom many = KeyedRandom.of(3, 4);
    many.nextLong();
    one.nextLong();
    long[] expected = IntStream.range(0, count).mapToLong(_ -> one.nextLong()).toArray();
    long[] values = new long[count];
    many.fill(values);
    assertArrayEquals(expected, values);
    assertEquals(one.nextLong(), many.nextLong());
  }

  @Test
  void drawsBeginAnywhere() {
    long[] all = new long[1000];
    KeyedRandom.draws(5, 0, all, 1000);
    long[] some = new long[100];
    KeyedRandom.draws(5, 333, some, 100);
    for (int i = 0; i < 100; i++) {
      assertEquals(all[333 + i], some[i]);
    }
  }

  /// What `sample images` and others drew stays what it was: a change here changes their bytes.
  @Test
  void derivedValuesStay() {
    KeyedRandom random = KeyedRandom.of(1, 2);
    SplittableRandom bits =
        new SplittableRandom(
            new SplittableRandom(new SplittableRandom(1).nextLong()).longs(3).skip(2).sum());
    assertEquals((bits.nextLong() >>> 11) / 0x1p53, random.nextDouble());
    assertEquals((int) (bits.nextLong() >>> 32), random.nextInt());
    assertEquals((int) (bits.nextLong() >>> 33) % 424, random.nextInt(424));
    assertEquals(bits.nextLong() < 0, random.nextBoolean());
  }

  /// A bound of 3 * 2^29: a generator that took 31 bits modulo the bound would favour the lowest
  /// third by 2 : 1.
  @Test
  void boundedIntegersAreUnbiased() {
    int bound = 3 << 29;
    int[] thirds = new int[3];
    KeyedRandom random = KeyedRandom.of(0, 0);
    int n = 300_000;
    for (int i = 0; i < n; i++) {
      thirds[random.nextInt(bound) >>> 29]++;
    }
    for (int count : thirds) {
      assertEquals(n / 3.0, count, 5 * Math.sqrt(n * 2 / 9.0));
    }
  }

  @Test
  void shufflesAreKeyed() {
    List<Integer> first = new ArrayList<>(IntStream.range(0, 100).boxed().toList());
    List<Integer> again = new ArrayList<>(first);
    List<Integer> other = new ArrayList<>(first);
    Collections.shuffle(first, KeyedRandom.of(8, 1));
    Collections.shuffle(again, KeyedRandom.of(8, 1));
    Collections.shuffle(other, KeyedRandom.of(8, 2));
    assertEquals(first, again);
    assertTrue(!first.equals(other));
  }

  /// Neighbouring seeds, items and draws, each byte of the value, and the differences of
  /// neighbours.
  @Test
  void neighboursAreUnrelated() {
    uniform(
        "draws", n -> KeyedRandom.of(0, 0).longs(n + 1).skip(n).findFirst().orElseThrow(), 2000);
    uniform("items", n -> KeyedRandom.of(0, n).nextLong(), 200_000);
    uniform("seeds", n -> KeyedRandom.of(n, 0).nextLong(), 200_000);
    uniform(
        "item differences",
        n -> KeyedRandom.of(0, n + 1).nextLong() - KeyedRandom.of(0, n).nextLong(),
        200_000);
    uniform(
        "seed and item",
        n -> KeyedRandom.of(n, 1).nextLong() ^ KeyedRandom.of(n + 1, 0).nextLong(),
        200_000);
  }

  private static void uniform(String what, LongUnaryOperator values, int n) {
    int[][] counts = new int[Long.BYTES][256];
    for (long i = 0; i < n; i++) {
      long value = values.applyAsLong(i);
      for (int b = 0; b < Long.BYTES; b++) {
        counts[b][(int) (value >>> (8 * b)) & 255]++;
      }
    }
    for (int b = 0; b < Long.BYTES; b++) {
      double chiSquare = 0;
      for (int count : counts[b]) {
        double difference = count - n / 256.0;
        chiSquare += difference * difference / (n / 256.0);
      }
      assertTrue(chiSquare < CHI_SQUARE_255, what + ", byte " + b + ": " + chiSquare);
    }
  }
}
