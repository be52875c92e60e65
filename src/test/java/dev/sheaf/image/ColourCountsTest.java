package dev.sheaf.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ColourCountsTest {
  private static ColourCounts counts(int width, int height, int... rgb) {
    byte[] bytes = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      bytes[i] = (byte) rgb[i];
    }
    ColourCounts counts = new ColourCounts();
    counts.count(new ImageSize(width, height), MemorySegment.ofArray(bytes));
    return counts;
  }

  @Test
  void countsEachChannelApart() {
    ColourCounts counts = counts(3, 1, 255, 0, 7, 255, 1, 7, 254, 0, 7);
    assertEquals(2, counts.of(0, 255));
    assertEquals(1, counts.of(0, 254));
    assertEquals(2, counts.of(1, 0));
    assertEquals(1, counts.of(1, 1));
    assertEquals(3, counts.of(2, 7));
    assertEquals(0, counts.of(2, 255));
  }

  @Test
  void theMedianOfAnEvenNumberIsHalfway() {
    ColourCounts counts = counts(2, 2, 10, 0, 255, 13, 0, 255, 0, 0, 0, 255, 1, 0);
    assertEquals(11.5, counts.median(0));
    assertEquals(0, counts.median(1));
    assertEquals(127.5, counts.median(2));
    assertEquals(200, counts(1, 1, 200, 3, 4).median(0));
  }

  @Test
  void anImageDoesNotRememberTheOneBefore() {
    ColourCounts counts = counts(1, 1, 1, 1, 1);
    counts.count(new ImageSize(1, 1), MemorySegment.ofArray(new byte[] {2, 2, 2}));
    assertEquals(0, counts.of(0, 1));
    assertEquals(2, counts.median(0));
  }
}
