package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sheaf.testing.Outputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PiCommandTest {
  @TempDir private Path out;

  private Cli pi(String words) {
    String[] all =
        Stream.concat(Stream.of("pi", "--out", out.toString()), Stream.of(words.split(" ")))
            .toArray(String[]::new);
    return Cli.run(all);
  }

  private List<String> csv() throws IOException {
    return Files.readAllLines(out.resolve("pi.csv"));
  }

  private long[] inside() throws IOException {
    return csv().stream()
        .skip(1)
        .mapToLong(line -> Long.parseLong(line.split(",", -1)[2]))
        .toArray();
  }

  /// The tutorial's ten values, of `numpy.random.seed(seed)` and two `random_sample()` a trial.
  @Test
  void tutorialsValues() throws IOException {
    Cli cli = pi("--seeds 0..9 --trials 500000 --rng mt19937 --quiet");
    assertEquals(0, cli.status(), cli.err());
    assertEquals(
        """
        seed 0: 3.139272
        seed 1: 3.1424
        seed 2: 3.144096
        seed 3: 3.141536
        seed 4: 3.135888
        seed 5: 3.137824
        seed 6: 3.141552
        seed 7: 3.141672
        seed 8: 3.141992
        seed 9: 3.142352
        pi: 3.1408584, standard error 0.00073, 5000000 trials
        """,
        cli.out());
    assertEquals("", cli.err());
    assertEquals("seed,trials,inside,estimate", csv().get(0));
    assertEquals("0,500000,392409,3.139272", csv().get(1));
    assertEquals(11, csv().size());
  }

  /// Counted with NumPy: `h = numpy.random.Philox(key=seed).random_raw(trials)`, `x = h >> 33`, `y
  /// = h & 0x7fffffff`, inside where `x*x + x + y*y + y < 1 << 62`, all in `uint64`.
  @ParameterizedTest
  @CsvSource({
    "1, 1 1 0 0",
    "1000, 780 795 770 773",
    "1025, 801 816 792 794",
    "500000, 392172 392860 392549 392612"
  })
  void philoxIsNumPys(long trials, String expected) throws IOException {
    assertEquals(0, pi("--rng philox --trials " + trials).status());
    assertArrayEquals(numbers(expected), inside());
  }

  /// As above, with SplitMix64 written in NumPy's `uint64`: `h = mix(key + arange(1, trials + 1) *
  /// GAMMA)`, `key = mix(mix(seed + GAMMA) + GAMMA)`.
  @ParameterizedTest
  @CsvSource({
    "1, 1 0 1 1",
    "1000, 770 785 793 798",
    "1023, 791 805 812 819",
    "1024, 792 806 813 819",
    "1025, 793 806 814 820",
    "500000, 392400 392443 392400 392984"
  })
  void splitmixIsAsWrittenInNumPy(long trials, String expected) throws IOException {
    assertEquals(0, pi("--trials " + trials).status());
    assertArrayEquals(numbers(expected), inside());
  }

  private static long[] numbers(String words) {
    return Stream.of(words.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  /// The estimate of a thousand million points is within 5 standard errors of π, and the standard
  /// error is what the binomial distribution says.
  @ParameterizedTest
  @ValueSource(strings = {"splitmix", "philox"})
  void convergesToPi(String generator) throws IOException {
    Path json = out.resolve("report.json");
    long trials = generator.equals("splitmix") ? 250_000_000 : 5_000_000;
    Cli cli = pi("--seeds 10-13 --trials " + trials + " --rng " + generator + " --json " + json);
    assertEquals(0, cli.status(), cli.err());
    JsonObject results =
        JsonParser.parseString(Files.readString(json)).getAsJsonObject().getAsJsonObject("results");
    double error = Math.sqrt(Math.PI * (4 - Math.PI) / (4 * trials));
    assertEquals(Math.PI, results.get("estimate").getAsDouble(), 5 * error);
    assertEquals(error, results.get("standard_error").getAsDouble(), error / 100);
    assertEquals(4 * trials, results.get("trials").getAsLong());
  }

  @ParameterizedTest
  @ValueSource(strings = {"splitmix", "philox", "mt19937"})
  void sameBytesOnAnyRanksSchedulesThreads(String generator) throws IOException {
    String work = "--seeds 3,100-108 --trials 3000 --rng " + generator;
    Cli alone = pi(work + " --ranks 1 --threads 1 --quiet");
    byte[] expected = Files.readAllBytes(out.resolve("pi.csv"));
    for (int ranks : new int[] {1, 2, 3, 4, 7, 64}) {
      for (String schedule : new String[] {"block", "cyclic", "dynamic", "guided"}) {
        for (int threads = 1; threads <= 2; threads++) {
          String how =
              " --ranks %d --threads %d --schedule %s --quiet".formatted(ranks, threads, schedule);
          Files.delete(out.resolve("pi.csv"));
          assertEquals(alone, pi(work + how), how);
          assertArrayEquals(expected, Files.readAllBytes(out.resolve("pi.csv")), how);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --trials 0 | --trials 0: must be at least 1
          --trials -5 | --trials -5: must be at least 1
          --trials many | 'many' is not
          --trials 1e6 | '1e6' is not
          --trials 9007199254740992 --seeds 0..1 | more than 2^53 in all
          --seeds 0..x | --seeds 0..x: '0..x' is not a seed
          --seeds 2147483648 --rng mt19937 | mt19937 has seeds up to 2147483647
          --rng randu | 'randu'
          --seed 4 | --seed 4: pi takes its seeds from --seeds
          --sedes 4 | did you mean --seed
          """)
  void badWordsAreOneLineAndStatusTwo(String words, String expected) throws IOException {
    Cli cli = pi(words);
    assertEquals(2, cli.status(), cli.err());
    assertTrue(cli.err().contains(expected), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertFalse(Files.exists(out.resolve("pi.csv")));
  }

  @Test
  void outputDirectoryIsMadeOrRefused() throws IOException {
    Path deep = out.resolve("a/b");
    assertEquals(0, Cli.run("pi", "--out", deep.toString()).status());
    assertTrue(Files.exists(deep.resolve("pi.csv")));
    Cli file = Cli.run("pi", "--quiet", "--out", deep.resolve("pi.csv").toString());
    assertEquals(2, file.status());
    assertTrue(file.err().contains("is a file"), file.err());
    assertEquals(1, file.err().lines().count(), file.err());
    assertEquals(List.of("pi.csv"), Outputs.names(deep));
  }
}
