package dev.sheaf.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Mt19937Test {
  /// `numpy.random.RandomState(seed).random_sample(3)`.
  @ParameterizedTest
  @CsvSource({
    "0, 0.5488135039273248, 0.7151893663724195, 0.6027633760716439",
    "12345, 0.9296160928171479, 0.3163755545817859, 0.18391881167709445",
    "2147483647, 0.3933911315501387, 0.6566618430544519, 0.08629079684294616"
  })
  void doublesAreNumPys(long seed, double first, double second, double third) {
    Mt19937 random = Mt19937.of(seed);
    assertEquals(first, random.nextDouble());
    assertEquals(second, random.nextDouble());
    assertEquals(third, random.nextDouble());
  }

  @Test
  void otherSeedsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Mt19937.of(-1));
    assertThrows(IllegalArgumentException.class, () -> Mt19937.of(Mt19937.MAX_SEED + 1L));
  }
}
