package dev.sheaf.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "255, 1",
    "256, 2",
    "65535, 2",
    "65536, 3",
    "16777215, 3",
    "16777216, 4",
    "2147483647, 4"
  })
  void inAsManyBytesAsTheLargestTakes(int most, int bytes) {
    Packed packed = Packed.upTo(most, 5);
    assertEquals(bytes, packed.bytes());
    assertEquals(5 + 4 * bytes, packed.end(4));
    byte[] array = new byte[(int) packed.end(4) + Packed.PADDING];
    array[4] = 77;
    array[(int) packed.end(4)] = 88;
    MemorySegment memory = MemorySegment.ofArray(array);
    packed.put(memory, new int[] {most, 0, most / 2, most, 1}, 4, 1);
    assertEquals(77, array[4]);
    assertEquals(88, array[(int) packed.end(4)]);
    int[] numbers = new int[4];
    packed.get(memory, 1, numbers, 3);
    assertArrayEquals(new int[] {0, most / 2, most, 0}, numbers);
    packed.gather(memory, new int[] {9, 3, 0, 2}, 1, numbers, 3);
    assertArrayEquals(new int[] {most, most, most / 2, 0}, numbers);
  }

  @ParameterizedTest
  @CsvSource({"1, 255", "2, 65535", "3, 16777215", "4, 2147483647"})
  void manyNumbersSomeTimes(int bytes, int most) {
    int count = RankedTable.BLOCK + 3;
    Packed packed = new Packed(7, bytes);
    MemorySegment memory =
        MemorySegment.ofArray(new byte[(int) packed.end(3L * count) + Packed.PADDING]);
    int[] numbers = new Random(1).ints(count, 0, most).toArray();
    packed.put(memory, numbers, count, 3);
    int[] read = new int[RankedTable.BLOCK];
    for (int first = 0; first < 2 * count + 3; first += count + 1) {
      packed.get(memory, first, read, read.length);
      for (int i = 0; i < read.length; i++) {
        assertEquals(numbers[(first + i) % count], read[i]);
      }
    }
  }
}
