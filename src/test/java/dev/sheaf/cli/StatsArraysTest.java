package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.testing.Outputs;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `sheaf stats` of parts of arrays, of several files, of `.npz`; quantiles and histograms. The
/// expected values are NumPy's: `make.py` beside the arrays says how.
class StatsArraysTest {
  private static final Path ARRAYS = Path.of("src/test/resources/dev/sheaf/cli/arrays");
  private static final String CUBE = ARRAYS.resolve("cube.npy").toString();

  @TempDir private Path out;

  private Cli stats(String... words) {
    return Cli.run(
        Stream.concat(Stream.of("stats", "--quiet", "--out", out.toString()), Arrays.stream(words))
            .toArray(String[]::new));
  }

  /// The numbers that were printed.
  static List<String> printedNumbers(Cli cli) {
    assertEquals(0, cli.status(), cli.err());
    return cli.out()
        .lines()
        .filter(line -> line.matches("[a-z0-9.]+ +[-\\d.E+]+"))
        .map(line -> line.split(" +", 2)[1])
        .toList();
  }

  /// Compares what was printed with a row of slices.tsv.
  ///
  /// @return the numbers
  static List<String> assertNumPys(String row, Cli cli) {
    String[] cells = row.split("\t", -1);
    List<String> values = printedNumbers(cli);
    for (int i = 0; i < values.size(); i++) {
      BigDecimal found = new BigDecimal(values.get(i)).round(new MathContext(12));
      assertEquals(0, new BigDecimal(cells[i + 1]).compareTo(found), row + "\n" + cli.out());
    }
    assertEquals(cells.length - 1, values.size(), cli.out());
    return values;
  }

  private static List<String> slices() throws IOException {
    return Files.readAllLines(ARRAYS.resolve("slices.tsv"));
  }

  /// In C order, in Fortran order, and behind one another in two files.
  @ParameterizedTest
  @MethodSource("slices")
  void slicesAreNumPys(String row) {
    String[] cells = row.split("\t", -1);
    String[] options = {"--slice=" + cells[0], "--quantiles", "0.1,0.75"};
    Cli cli = stats(CUBE, options[0], options[1], options[2]);
    List<String> values = assertNumPys(row, cli);
    assertTrue(cli.out().endsWith("quantiles are exact\n"), cli.out());
    for (String same :
        List.of("cube-fortran.npy", "head.npy tail.npy", "stored.npz:cube", "packed.npz:cube")) {
      List<String> words = new ArrayList<>(List.of(options));
      words.addAll(List.of("--ranks", "3"));
      Arrays.stream(same.split(" ")).map(f -> ARRAYS.resolve(f).toString()).forEach(words::add);
      assertEquals(values, printedNumbers(stats(words.toArray(String[]::new))), same);
      words.addAll(List.of("--source", "scatter", "--threads", "2"));
      assertEquals(
          values, printedNumbers(stats(words.toArray(String[]::new))), same + ", scattered");
    }
  }

  @Test
  void onlyArrayOfAnNpz() throws IOException {
    List<String> values =
        printedNumbers(stats(ARRAYS.resolve("one.npz").toString(), "--quantiles", "0.5"));
    assertEquals(List.of("126.116666667", "72.5392058744", "0", "250", "60", "0", "124.5"), values);
    assertEquals(List.of(), Outputs.names(out), "the unpacked array stays");
  }

  @Test
  void quantilesOfManyValuesTellTheirError() {
    Cli cli = stats("--normal", "300x1000", "--quantiles", "0.5,0.975,1,0", "--ranks", "3");
    List<String> values = printedNumbers(cli);
    assertEquals(0, Double.parseDouble(values.get(6)), 0.01);
    assertEquals(1.96, Double.parseDouble(values.get(7)), 0.02);
    assertEquals(values.get(3).substring(0, 12), values.get(8).substring(0, 12));
    assertEquals(values.get(2).substring(0, 12), values.get(9).substring(0, 12));
    assertTrue(
        cli.out().endsWith("quantiles have a relative error of at most 0.00012\n"), cli.out());
  }

  private String histogram(String... words) throws IOException {
    Cli cli = stats(words);
    assertEquals(0, cli.status(), cli.err());
    assertTrue(Files.readString(out.resolve("histogram.svg")).startsWith("<svg"));
    byte[] png = Files.readAllBytes(out.resolve("histogram.png"));
    assertEquals("PNG", new String(png, 1, 3, StandardCharsets.ISO_8859_1));
    assertTrue(cli.out().contains(out.resolve("histogram.csv") + ": "), cli.out());
    return Files.readString(out.resolve("histogram.csv"));
  }

  /// `numpy.histogram(x, 6)` and `numpy.histogram(x, 4, (-250, 200.5))` of the values of cube.npy.
  @Test
  void histogramsAreNumPys() throws IOException {
    String all = histogram(CUBE, "--bins", "6", "--ranks", "3");
    assertEquals(List.of(724, 723, 721, 722, 723, 725), counts(all));
    assertTrue(all.startsWith("low,high,count\n-299.625,"), all);
    assertTrue(all.contains(",325.375,"), all);
    assertEquals(
        List.of(779, 781, 782, 782),
        counts(histogram(CUBE, "--bins", "4", "--range=-250:200.5", "--source", "scatter")));
  }

  private static List<Integer> counts(String csv) {
    return csv.lines().skip(1).map(line -> Integer.valueOf(line.split(",", -1)[2])).toList();
  }

  @Test
  void histogramOfOneValue() throws IOException {
    assertEquals(
        "low,high,count\n-76.8125,-76.3125,0\n-76.3125,-75.8125,1\n",
        histogram(CUBE, "--slice", "3,3,3", "--bins", "2"));
  }

  // ---- along an axis ----

  private static final List<String> KINDS = List.of("mean", "std", "min", "max", "count", "nan");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void axesAreNumPys(int axis) throws IOException {
    for (String same :
        List.of("cube.npy", "cube-fortran.npy", "head.npy tail.npy", "packed.npz:cube")) {
      List<String> words = new ArrayList<>(List.of("--axis", Integer.toString(axis)));
      Arrays.stream(same.split(" ")).map(f -> ARRAYS.resolve(f).toString()).forEach(words::add);
      words.addAll(List.of("--ranks", "3", "--threads", "2"));
      Cli cli = stats(words.toArray(String[]::new));
      assertEquals(0, cli.status(), cli.err());
      assertTrue(cli.out().startsWith("mean  13.0190467958\nstd   180.546788754\n"), cli.out());
      for (String kind : KINDS) {
        String file = "axis-%d-%s.npy".formatted(axis, kind);
        NpyHeader header = NpyHeader.read(ARRAYS.resolve(file));
        assertEquals(
            header.dataBytes() / 8, checkSame(header, out.resolve(file), same.contains("fortran")));
      }
      List<String> table = Files.readAllLines(out.resolve("axis-" + axis + ".csv"));
      assertEquals("index0,index1,mean,std,min,max,count,nan", table.getFirst());
      assertTrue(table.contains(LINES.get(axis)), same + "\n" + String.join("\n", table));
    }
  }

  private static final List<String> LINES =
      List.of(
          "4,4,15.616935483870968,184.1831846273696,-278.5625,322.9375,31,0",
          "4,4,8.771875,181.45928141196546,-289.8125,294.125,20,0",
          "1,12,-81.19642857142857,177.06669454643932,-294.0,228.0,7,0");

  /// Compares an array of eight-byte elements with NumPy's of the same name.
  ///
  /// @return how many elements were compared
  private static long checkSame(NpyHeader expected, Path file, boolean fortranOrder)
      throws IOException {
    NpyHeader header = NpyHeader.read(file);
    assertEquals(expected.type(), header.type());
    assertEquals(Arrays.toString(expected.shape()), Arrays.toString(header.shape()));
    assertEquals(fortranOrder, header.fortranOrder());
    ByteBuffer right = data(ARRAYS.resolve(file.getFileName()));
    ByteBuffer found = data(file);
    int rows = (int) header.shape()[0];
    int columns = (int) header.shape()[1];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int at = 8 * (i * columns + j);
        int other = fortranOrder ? 8 * (i + j * rows) : at;
        if (header.type().isFloat()) {
          double value = right.getDouble(at);
          assertEquals(value, found.getDouble(other), 1e-12 * Math.abs(value), file.toString());
        } else {
          assertEquals(right.getLong(at), found.getLong(other), file.toString());
        }
      }
    }
    return (long) rows * columns;
  }

  private static ByteBuffer data(Path file) throws IOException {
    NpyHeader header = NpyHeader.read(file);
    byte[] bytes = Files.readAllBytes(file);
    return ByteBuffer.wrap(bytes, (int) header.dataOffset(), (int) header.dataBytes())
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Element (i, j) is i + j: so many that strips of columns, and parts of them, are items.
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void parts(int axis) throws IOException {
    int[] shape = {1500, 2100};
    NpyHeader header = NpyHeader.of(DType.UINT16, shape[0], shape[1]);
    ByteBuffer bytes =
        ByteBuffer.allocate((int) (header.dataOffset() + header.dataBytes()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header.bytes());
    for (int i = 0; bytes.hasRemaining(); i++) {
      bytes.putShort((short) (i / shape[1] + i % shape[1]));
    }
    Path file = Files.write(out.resolve("sum.npy"), bytes.array());
    Cli cli = stats(file.toString(), "--axis", Integer.toString(axis - 2), "--ranks", "2");
    assertEquals(0, cli.status(), cli.err());
    int n = shape[axis];
    int results = shape[1 - axis];
    assertTrue(cli.out().startsWith("mean  1799\n"), cli.out());
    ByteBuffer mean = data(out.resolve("axis-" + axis + "-mean.npy"));
    ByteBuffer std = data(out.resolve("axis-" + axis + "-std.npy"));
    ByteBuffer min = data(out.resolve("axis-" + axis + "-min.npy"));
    ByteBuffer max = data(out.resolve("axis-" + axis + "-max.npy"));
    ByteBuffer count = data(out.resolve("axis-" + axis + "-count.npy"));
    for (int k = 0; k < results; k++) {
      assertEquals(k + (n - 1) / 2.0, mean.getDouble(8 * k));
      assertEquals(Math.sqrt(((double) n * n - 1) / 12), std.getDouble(8 * k), 1e-9);
      assertEquals(k, min.getShort(2 * k));
      assertEquals(k + n - 1, max.getShort(2 * k));
      assertEquals(n, count.getLong(8 * k));
    }
  }

  // ---- bad input ----

  private void assertRefused(String message, String... words) {
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
          --slice 31 | --slice 31: index 31 is out of bounds for axis 0 of size 31
          --slice :,-21 | index -21 is out of bounds for axis 1 of size 20
          --slice 1,2,3,4 | 4 indices for an array of 3 dimensions
          --slice 1,x | --slice 1,x: at character 3: 'x' is no index, nor a slice such as 0:50
          --slice 1:2:3:4 | at character 1: '1:2:3:4' is no index
          --slice= | at character 1: '' is no index
          --slice :,::0 | at character 3: '::0' has a step of 0
          --slice 9:9 | '9:9' selects nothing of axis 0 of size 31
          --slice 3:8:-1 | '3:8:-1' selects nothing
          --slice ...,... | only one ... may stand in it
          --quantiles 0.5,1.01 | --quantiles 1.01: must be 0 to 1
          --quantiles half | 'half' is not a double
          --axis 3 | --axis 3: out of bounds for an array of 3 dimensions
          --axis -4 | --axis -4: out of bounds
          --axis 2 --slice 0 | --axis 2: out of bounds for an array of 2 dimensions
          --axis 0 --quantiles 0.5 | --axis: quantiles and histograms are of all values
          --axis 0 --source scatter | --axis: each rank reads its own part
          --bins 0 | --bins 0: must be at least 1
          --bins 100001 | --bins 100001: must be 1 to 100000
          --range 0:1 | --range 0:1: of a histogram; give --bins too
          --bins 3 --range 1 | --range 1: not LOW:HIGH, such as 0:1.5
          --bins 3 --range 2:1 | --range 2.0:1.0: must be two finite numbers, the smaller one first
          --bins 3 --range 0:inf | --range 0:inf: not LOW:HIGH
          --slice 0,0,0 --bins 3 | --bins: the values reach from NaN to NaN; give a --range
          """)
  void badWords(String words, String message) {
    assertRefused(
        message,
        Stream.concat(Stream.of(CUBE), Arrays.stream(words.split(" "))).toArray(String[]::new));
    assertFalse(Files.exists(out.resolve("histogram.csv")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stored.npz | stored.npz: has 2 arrays; give
          stored.npz:box | stored.npz: no array 'box'; it has cube, whole
          cube.npy stored.npz:whole | stored.npz:whole: uint8, but
          cube.npy axis-0-mean.npy | axis-0-mean.npy: shape (20, 7), but
          cube-fortran.npy cube-fortran.npy | several arrays in Fortran order are not read as one
          """)
  void arraysThatDontFit(String files, String message) {
    assertRefused(
        message,
        Arrays.stream(files.split(" "))
            .map(f -> ARRAYS.resolve(f).toString())
            .toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "packed.npz"})
  void damagedNpz(String name) throws IOException {
    byte[] good = Files.readAllBytes(ARRAYS.resolve(name));
    Path bad = out.resolve("bad.npz");
    Files.write(bad, Arrays.copyOf(good, good.length - 30));
    assertRefused("bad.npz: truncated; copy or save it again", bad + ":cube");
    Files.write(bad, Arrays.copyOf(good, 100));
    assertRefused("bad.npz: truncated", bad + ":cube");
    Files.writeString(bad, "no archive");
    assertRefused("bad.npz: not an .npz file; save the arrays with numpy.savez", bad + ":cube");
    byte[] changed = good.clone();
    changed[good.length / 2] ^= 1;
    Files.write(bad, changed);
    if (name.startsWith("packed")) {
      assertRefused("bad.npz: 'cube' is damaged or cut off", bad + ":cube");
    }
    assertEquals(List.of(bad), Outputs.under(out));
  }
}
