package dev.sheaf.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhiloxTest {
  /// The lines `philox4x64 10` of Random123's `kat_vectors`: counter, key, block.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000 0000000000000000 0000000000000000 0000000000000000"
            + " 0000000000000000 0000000000000000"
            + " 16554d9eca36314c db20fe9d672d0fdc d7e772cee186176b 7e68b68aec7ba23b",
        "ffffffffffffffff ffffffffffffffff ffffffffffffffff ffffffffffffffff"
            + " ffffffffffffffff ffffffffffffffff"
            + " 87b092c3013fe90b 438c3c67be8d0224 9cc7d7c69cd777b6 a09caebf594f0ba0",
        "243f6a8885a308d3 13198a2e03707344 a4093822299f31d0 082efa98ec4e6c89"
            + " 452821e638d01377 be5466cf34e90c6c"
            + " a528f45403e61d95 38c72dbd566e9788 a5a1610e72fd18b5 57bd43b5e52b7fe6"
      })
  void knownAnswers(String line) {
    long[] v = Stream.of(line.split(" ")).mapToLong(HexFormat::fromHexDigitsToLong).toArray();
    long[] out = new long[5];
    Philox.block(v[0], v[1], v[2], v[3], v[4], v[5], out, 1);
    assertArrayEquals(new long[] {0, v[6], v[7], v[8], v[9]}, out);
  }

  /// `numpy.random.Philox(key=7 + (3 << 64)).random_raw(6)`.
  @Test
  void streamIsNumPys() {
    Philox random = Philox.of(7, 3);
    long[] expected = {
      0x7b6cc7b1862cc5f2L,
      0xb960f2ea4b3f8d9fL,
      0x0cdd72e015deb1a6L,
      0x50edb0d22a6a6fd5L,
      0xae45891bf7ab4df3L,
      0x32005aae5c700f2cL
    };
    for (long value : expected) {
      assertEquals(value, random.nextLong());
    }
  }

  /// `numpy.random.Philox(key=(2**64 - 1) + ((2**63) << 64)).random_raw(5)`.
  @Test
  void extremeKeys() {
    Philox random = Philox.of(-1, Long.MIN_VALUE);
    long[] expected = {
      0x35eb76d7051d188fL,
      0x82213878ba27aeb6L,
      0x96b811cf826a8922L,
      0x80dcd0bee6666a18L,
      0xd77f2980e47b2b61L
    };
    for (long value : expected) {
      assertEquals(value, random.nextLong());
    }
  }

  /// `numpy.random.Generator(numpy.random.Philox(key=7 + (3 << 64))).random(3)`.
  @Test
  void doublesAreNumPys() {
    Philox random = Philox.of(7, 3);
    assertEquals(0x1.edb31ec618b30p-2, random.nextDouble());
    assertEquals(0x1.72c1e5d4967f1p-1, random.nextDouble());
    assertEquals(0x1.9bae5c02bbd60p-5, random.nextDouble());
  }
}
