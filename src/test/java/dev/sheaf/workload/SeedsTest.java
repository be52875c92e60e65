package dev.sheaf.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.InputException;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeedsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0..3 | 0 1 2 3
          5 | 5
          4,7-10 | 4 7 8 9 10
          7-9, 4, 0..1 | 7 8 9 4 0 1
          9223372036854775806..9223372036854775807 | 9223372036854775806 9223372036854775807
          """)
  void listsAndRangesInTheOrderGiven(String text, String expected) {
    Seeds seeds = Seeds.parse(text);
    assertArrayEquals(
        Stream.of(expected.split(" ")).mapToLong(Long::parseLong).toArray(),
        LongStream.range(0, seeds.count()).map(seeds::get).toArray());
  }

  @Test
  void manySeedsTakeNoMemory() {
    Seeds seeds = Seeds.parse("10-19,1000000..1999999999");
    assertEquals(10 + 1_999_000_000L, seeds.count());
    assertEquals(1_999_999_999, seeds.get(seeds.count() - 1));
    assertEquals(1_999_999_999, seeds.largest());
    assertThrows(IndexOutOfBoundsException.class, () -> seeds.get(seeds.count()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '' | '' is not a seed
          1,,2 | '' is not a seed
          1, | '' is not a seed
          -1 | '-1' is not a seed
          0..-3 | '0..-3' is not a seed
          1.5 | '1.5' is not a seed
          0...3 | '0...3' is not a seed
          three | 'three' is not a seed
          3..0 | '3..0' is empty
          0..3,2 | seed 2 is there twice
          5,5 | seed 5 is there twice
          9223372036854775808 | '9223372036854775808' is beyond
          0..2147483647 | more than 2147483647 seeds
          0..9223372036854775807 | more than 2147483647 seeds
          0..2000000000,3000000000..3999999999 | more than 2147483647 seeds
          """)
  void badListsNameWhatIsWrong(String text, String expected) {
    InputException e = assertThrows(InputException.class, () -> Seeds.parse(text));
    assertTrue(e.getMessage().startsWith("--seeds " + text + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }
}
