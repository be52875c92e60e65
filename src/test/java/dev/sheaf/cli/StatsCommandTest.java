package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatsCommandTest {
  private static final Path ARRAYS = Path.of("src/test/resources/dev/sheaf/cli/stats");
  private static final List<String> NAMES = List.of("mean", "std", "min", "max", "count", "nan");

  @TempDir private Path dir;

  private static Cli stats(String... words) {
    return Cli.run(
        Stream.concat(Stream.of("stats", "--quiet"), Stream.of(words)).toArray(String[]::new));
  }

  private static List<String> values(Cli cli) {
    assertEquals(0, cli.status(), cli.err());
    assertEquals("", cli.err());
    List<String> lines = cli.out().lines().toList();
    assertEquals(NAMES, lines.stream().map(line -> line.split(" +", 2)[0]).toList());
    return lines.stream().map(line -> line.split(" +", 2)[1]).toList();
  }

  private static List<String> table() throws IOException {
    return Files.readAllLines(ARRAYS.resolve("stats.tsv"));
  }

  /// The values are NumPy's: `make.py` beside them says how.
  @ParameterizedTest
  @MethodSource("table")
  void equalsNumPyInEveryPrintedDigit(String row) {
    String[] cells = row.split("\t", -1);
    String file = ARRAYS.resolve(cells[0]).toString();
    Cli cli = stats(file);
    List<String> values = values(cli);
    for (int i = 0; i < NAMES.size(); i++) {
      String expected = cells[i + 1];
      String message = NAMES.get(i) + " " + values.get(i) + ", not " + expected;
      switch (expected) {
        case "nan" -> assertEquals("NaN", values.get(i), message);
        case "inf" -> assertEquals("Infinity", values.get(i), message);
        case "-inf" -> assertEquals("-Infinity", values.get(i), message);
        default ->
            assertEquals(
                0, new BigDecimal(expected).compareTo(new BigDecimal(values.get(i))), message);
      }
    }
    assertEquals(cli, stats(file, "--source", "scatter", "--ranks", "3"));
  }

  @Test
  void integersAreWrittenOut() {
    assertEquals("36910", values(stats(ARRAYS.resolve("uint16-little.npy").toString())).get(0));
    assertEquals("1E+16", values(stats(ARRAYS.resolve("float64-offset.npy").toString())).get(0));
  }

  /// A permutation of `first`, `first` + 1, ..., for which there are formulas: mean = first + (n -
  /// 1) / 2, std = √((n² - 1) / 12). It has several chunks, the last one not full.
  @ParameterizedTest
  @CsvSource({"INT32, -7000", "UINT32, 3000000000", "FLOAT64, 1e12", "INT64, -9e18"})
  void manyChunks(DType type, BigDecimal first) throws IOException {
    int n = (1 << 20) + 12347; // no multiple of the prime 611953
    NpyHeader header = new NpyHeader(type, ByteOrder.BIG_ENDIAN, false, new long[] {n}, 128);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(header.dataOffset() + header.dataBytes()))
            .put(header.bytes());
    for (int i = 0; i < n; i++) {
      long value = first.longValueExact() + i * 611953L % n;
      switch (type) {
        case INT32, UINT32 -> bytes.putInt((int) value);
        case INT64 -> bytes.putLong(value);
        default -> bytes.putDouble((double) value);
      }
    }
    Path file = Files.write(dir.resolve("array.npy"), bytes.array());
    BigDecimal square = new BigDecimal(n).pow(2);
    BigDecimal mean = first.add(new BigDecimal(n - 1).divide(BigDecimal.TWO));
    BigDecimal std =
        square
            .subtract(BigDecimal.ONE)
            .divide(BigDecimal.valueOf(12), MathContext.DECIMAL128)
            .sqrt(MathContext.DECIMAL128);
    Cli cli = stats(file.toString(), "--ranks", "3", "--threads", "2");
    List<String> values = values(cli);
    MathContext twelve = new MathContext(12);
    assertEquals(0, mean.round(twelve).compareTo(new BigDecimal(values.get(0))), cli.out());
    assertEquals(0, std.round(twelve).compareTo(new BigDecimal(values.get(1))), cli.out());
    assertEquals(0, first.compareTo(new BigDecimal(values.get(2))), cli.out());
    BigDecimal last = first.add(new BigDecimal(n - 1));
    assertEquals(0, last.compareTo(new BigDecimal(values.get(3))), cli.out());
    assertEquals(List.of(Integer.toString(n), "0"), values.subList(4, 6));
    assertEquals(
        cli, stats(file.toString(), "--source", "scatter", "--ranks", "2", "--threads", "2"));
  }

  /// Within 5 standard errors: 1/√n of the mean, 1/√2n of the standard deviation.
  @ParameterizedTest
  @CsvSource({"300x70, 21000", "2000000, 2000000", "4x1x3, 12"})
  void normalNumbersAreNormal(String shape, int n) {
    List<String> values = values(stats("--normal", shape, "--seed", "1"));
    assertEquals(0, Double.parseDouble(values.get(0)), 5 / Math.sqrt(n));
    assertEquals(1, Double.parseDouble(values.get(1)), 5 / Math.sqrt(2 * n));
    assertEquals(List.of(Integer.toString(n), "0"), values.subList(4, 6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0x99999999999x99999999999"})
  void noNormalNumbers(String shape) {
    assertEquals(List.of("NaN", "NaN", "NaN", "NaN", "0", "0"), values(stats("--normal", shape)));
  }

  // ---- bad input ----

  private static void assertRefused(String message, String... words) {
    Cli cli = stats(words);
    assertEquals(2, cli.status(), cli.err());
    assertEquals("", cli.out());
    assertTrue(cli.err().startsWith("sheaf stats: ") && cli.err().contains(message), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --source file | which array? Give FILE.npy or --normal SHAPE
          --normal 4x | --normal 4x: not a shape such as 40000x5000
          --normal -1 | --normal -1: not a shape such as 40000x5000
          --normal 1e6 | --normal 1e6: not a shape such as 40000x5000
          --normal 12345678901234567890 | not a shape such as 40000x5000
          --normal 99999999999x99999999999 | 99999999999x99999999999: more than 2^63 bytes
          --normal 2000000000x576460753 | more than 2^63 bytes
          --normal 3 a.npy | a.npy and --normal: give one of them
          --normal 3 --source scatter | --source scatter: for a file
          a.npy --source elsewhere | '--source': expected one of [FILE, SCATTER]
          """)
  void badWords(String words, String message) {
    assertRefused(message, words.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "scatter"})
  void badFiles(String source) throws IOException {
    byte[] good = Files.readAllBytes(ARRAYS.resolve("tie-down.npy")); // 2 doubles
    String text = new String(good, StandardCharsets.ISO_8859_1);
    Map<String, String> contents =
        Map.ofEntries(
            Map.entry("not an .npy file", "a,b\n1,2\n"),
            Map.entry("save the array with numpy.save", ""),
            Map.entry(
                "unreadable .npy header: expected a string", text.replace("'shape'", "shape")),
            Map.entry("has dtype object", text.replace("'<f8'", "'|O' ")),
            Map.entry("has a structured dtype", text.replace("'<f8'", "[('a','<f8')]")),
            Map.entry("dtype '<c8' is none of bool, int", text.replace("<f8", "<c8")),
            Map.entry(
                "truncated: shape (2,) of float64 needs 16 bytes of data, the file has 13; copy",
                text.substring(0, text.length() - 3)),
            Map.entry(
                "truncated: shape (2000000000,) of float64 needs 16000000000 bytes of data, the"
                    + " file has 16",
                text.replace("(2,), }" + " ".repeat(9), "(2000000000,), }")),
            Map.entry(
                "the .npy header's shape has more than 2^63 bytes",
                text.replace("(2,), }" + " ".repeat(19), "(9999999999,9999999999), }")));
    for (var each : contents.entrySet()) {
      Path file = dir.resolve("bad.npy");
      Files.writeString(file, each.getValue(), StandardCharsets.ISO_8859_1);
      assertRefused(each.getKey(), file.toString(), "--source", source);
      assertRefused("bad.npy: ", file.toString(), "--source", source);
    }
    assertRefused("stats: which array?", "", "--source", source);
    assertRefused(dir + ": a directory, not an .npy file", dir.toString(), "--source", source);
    Path missing = dir.resolve("missing.npy");
    assertRefused(
        missing + ": can't be read: no such file", missing.toString(), "--source", source);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "x.h5|\u0089HDFabcd|an HDF5 file, which is not read; save the array as .npy: numpy.save("
            + "'array.npy', h5py.File('FILE')['NAME'][...])",
        "x.mat|MATLAB 5.0 MAT-file|a MATLAB file, which is not read; save the array as .npy:"
            + " numpy.save('array.npy', scipy.io.loadmat('FILE')['NAME'])",
        "x.nc|CDF\u0001abcd|a netCDF file, which is not read; save the array as .npy:"
            + " numpy.save('array.npy', scipy.io.netcdf_file('FILE').variables['NAME'][:])",
        "x.fits|SIMPLE  =|a FITS file: sheaf load makes an array of its image",
        "x.tif|II*\u0000abcd|an image: sheaf load makes an array of it",
        "x.parquet|PAR1abcd|a Parquet file, a table: see sheaf describe, hist, tips",
        "x.csv|a,b 1,2 3,4|a table: see sheaf describe, hist, tips",
      })
  void otherFormats(String name, String begin, String message) throws IOException {
    Path file = Files.writeString(dir.resolve(name), begin, StandardCharsets.ISO_8859_1);
    assertRefused(
        file + ": not an .npy file but " + message.replace("FILE", file.toString()),
        file.toString());
  }

  @Test
  void unreadableFile() throws IOException {
    Path file = Files.copy(ARRAYS.resolve("one.npy"), dir.resolve("secret.npy"));
    assertTrue(file.toFile().setReadable(false));
    assumeFalse(Files.isReadable(file), "root may read every file");
    assertRefused(file + ": can't be read: permission denied", file.toString());
  }

  // ---- under a launcher ----

  /// What rank 0 alone sees: a file that it has been started with.
  private static final String MINE = "/proc/self/fd/200";

  /// Three ranks, of which rank 0 has a file open.
  private Ended inTwoPlaces(MpiLauncher launcher, String... words) throws IOException {
    Path file = ARRAYS.resolve("uint64-extremes.npy").toAbsolutePath();
    String place =
        "[ ${OMPI_COMM_WORLD_RANK:-$PMI_RANK} != 0 ] || exec 200<'" + file + "'; exec \"$@\"";
    List<String> java =
        MpiLauncher.java(
            Main.class,
            Stream.concat(Stream.of("stats", "--quiet"), Arrays.stream(words))
                .toArray(String[]::new));
    List<String> command =
        Stream.concat(Stream.of("bash", "-c", place, "bash"), java.stream()).toList();
    return launcher.start(3, Map.of(), command).await(Duration.ofSeconds(60));
  }

  private static void assertOneMessage(Ended ended, String message) {
    assertEquals(2, ended.status(), ended.toString());
    assertEquals("", ended.out(), ended.toString());
    List<String> lines = ended.err().lines().filter(line -> line.contains("sheaf")).toList();
    assertEquals(List.of("sheaf stats: " + message), lines, ended.toString());
  }

  @ParameterizedTest
  @EnumSource
  void scattersAFileThatRank0AloneSees(MpiLauncher launcher) throws IOException {
    Ended ended = inTwoPlaces(launcher, MINE, "--source", "scatter");
    assertEquals(0, ended.status(), ended.toString());
    assertEquals(stats(ARRAYS.resolve("uint64-extremes.npy").toString()).out(), ended.out());
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatRank0AloneSeesCantBeReadByAll(MpiLauncher launcher) throws IOException {
    Ended ended = inTwoPlaces(launcher, MINE);
    assertEquals(2, ended.status(), ended.toString());
    assertEquals("", ended.out());
    assertTrue(
        ended
            .err()
            .startsWith(
                "sheaf stats: %s: no such file here; if rank 0 alone has it, give --source scatter"
                        .formatted(MINE)
                    + " (rank 1 on "),
        ended.toString());
  }

  @ParameterizedTest
  @EnumSource
  void aMissingFileEndsAllRanks(MpiLauncher launcher) throws IOException {
    assertOneMessage(
        inTwoPlaces(launcher, "none.npy", "--source", "scatter"),
        "none.npy: can't be read: no such file or directory");
  }
}
