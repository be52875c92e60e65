package dev.sheaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.cli.Cli;
import dev.sheaf.random.KeyedRandom;
import dev.sheaf.testing.MpiLauncher;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorldTest {
  private static final String EXPECTED =
      """
      [args, [--out, x, --ranks]]
      [squares, [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]]
      [null, null]
      [Boolean, true]
      [Byte, 1]
      [Short, 2]
      [Character, c]
      [Integer, 3]
      [Long, 4]
      [Float, 5.0]
      [Double, 6.0]
      [String, text]
      [boolean[], [true]]
      [short[], [7]]
      [char[], [x, y]]
      [double[][], [[1.0], [2.0, 3.0]]]
      [String[][], [[a], []]]
      [UnmodifiableRandomAccessList, [1, [b]]]
      [0, a, [%s]]
      [1, b, [%s]]
      [2, c, [%s]]
      [4, 12, 2, 2, java.lang.ArithmeticException: / by zero]
      [item 2 (2) failed on a rank: java.lang.ArithmeticException: / by zero]
      [missing.txt: no such file]
      [java.lang.IllegalArgumentException: there is no codec for dev.sheaf.Everything$Estimate: numbers, strings, arrays of them and lists travel by themselves, others by a codec of theirs, as Codecs.ofRecord(Estimate.class)]
      [bcast, from the last]
      [gather, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22]]
      """
          .formatted(random(0), random(1), random(2));

  private static double random(int item) {
    return KeyedRandom.of(5, item).nextDouble();
  }

  private static void assertExpected(int status, String out, String err) {
    assertTrue(out.startsWith(EXPECTED), out + err);
    assertTrue(out.endsWith("[nothing, Optional.empty]\nthe same on all ranks\n"), out + err);
    assertTrue(err.contains("sheaf program: item 2 (2) failed on rank "), err);
    assertTrue(err.endsWith("sheaf program: 3 items failed, 32 done\n"), err);
    assertEquals(1, status);
  }

  private static String[] words(String options) {
    return ("--seed 5 --out x " + options + " -- --ranks").replaceAll(" +", " ").split(" ", -1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--ranks 1",
        "--ranks 1 --threads 3",
        "--ranks 2 --schedule dynamic --chunk 2",
        "--ranks 3 --threads 2 --schedule cyclic",
        "--ranks=30 --schedule guided"
      })
  void allRanksAreGivenTheSameAsOne(String options) {
    Cli one = Cli.run(() -> Everything.run(words("--ranks 1")));
    Cli cli = Cli.run(() -> Everything.run(words(options)));
    assertExpected(cli.status(), cli.out(), cli.err());
    assertEquals(one.out(), cli.out());
  }

  @ParameterizedTest
  @EnumSource
  void theSameUnderMpi(MpiLauncher launcher) {
    Cli one = Cli.run(() -> Everything.run(words("--ranks 1")));
    MpiLauncher.Ended ended =
        launcher
            .start(3, Map.of(), MpiLauncher.java(Everything.class, words("")))
            .await(Duration.ofMinutes(2));
    assertExpected(ended.status(), ended.out(), ended.err());
    assertEquals(one.out(), ended.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--ranks 0 > --ranks 0: must be at least 1",
        "--ranks x > Invalid value for option '--ranks': 'x' is not an int",
        "--threads -1 > --threads -1: must be at least 1",
        "--schedule fast > Invalid value for option '--schedule'",
        "--chunk 0 > --chunk 0: must be at least 1",
        "--transport pigeon > --transport pigeon: there is "
      })
  void aMistakeInTheWordsIsToldInALine(String test) {
    String[] both = test.split(" > ", -1);
    Cli cli = Cli.run(() -> Sheaf.run(both[0].split(" ", -1), _ -> System.out.println("run")));
    assertEquals(2, cli.status());
    assertEquals("", cli.out());
    assertTrue(cli.err().startsWith("sheaf: " + both[1]), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
  }

  @Test
  void aMistakeThatTheProgramTellsIsALine() {
    Cli cli =
        Cli.run(() ->
            Sheaf.run(
                new String[] {"--ranks", "2"},
                _ -> {
                  throw new InputException("no.csv: no such file");
                }));
    assertEquals(2, cli.status());
    assertTrue(cli.err().matches("sheaf: rank . on .*: no.csv: no such file\n"), cli.err());
  }
}
