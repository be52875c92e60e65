package dev.sheaf.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {
  @ParameterizedTest
  @CsvSource({
    "0, 105, 6, 1, 0 20 40 60 80 100",
    "0, 1, 6, 1, 0 1",
    "-0.5, 3.5, 12, 1, 0 1 2 3",
    "0, 1, 5, 0, 0.0 0.2 0.4 0.6 0.8 1.0",
    "-0.02, 0.021, 4, 0, -0.02 0.00 0.02",
    "0, 12345678, 3, 1, 0 5000000 10000000"
  })
  void roundNumbers(double min, double max, int wanted, double finest, String expected) {
    assertEquals(
        expected,
        Ticks.of(min, max, wanted, finest).stream()
            .map(Ticks::label)
            .collect(Collectors.joining(" ")));
  }

  /// Before the name of the axis there is room for five digits.
  @ParameterizedTest
  @CsvSource({
    "0, 105, 0 50 100",
    "0, 99999, 0 20000 40000 60000 80000",
    "0, 123456, 0 50k 100k",
    "0, 1234567, 0 500k 1M",
    "0, 4000000, 0 1M 2M 3M 4M",
    "1000000, 2000000, 1M 1.2M 1.4M 1.6M 1.8M 2M",
    "0, 400000000, 0 100M 200M 300M 400M"
  })
  void inLittleRoom(double min, double max, String expected) {
    assertEquals(
        expected,
        Ticks.of(min, max, 5, 1).stream()
            .map(tick -> tick.brief(max))
            .collect(Collectors.joining(" ")));
  }

  @ParameterizedTest
  @CsvSource({
    "12, 14, 64, 10.5, 1, 5",
    "12.5, 12.5, 64, 11.5, 1, 3",
    "0, 255, 64, -5.5, 5, 54",
    "0, 255, 300, -1.5, 1, 258",
    "0, 255, 10, -50.5, 50, 8",
    "0, 60, 64, -1.5, 1, 63",
    "0, 70, 64, -2.5, 2, 38"
  })
  void binsAroundWholeNumbers(
      double min, double max, int most, double start, double width, int count) {
    assertEquals(new Bins(start, width, count), Bins.aroundIntegers(min, max, most));
  }

  @Test
  void counts() {
    Bins bins = new Bins(-0.5, 1, 3);
    assertArrayEquals(new long[] {1, 3, 2}, bins.counts(0, 1, 1, 0.5, 1.5, 2, 2.5, -1, 9));
  }
}
