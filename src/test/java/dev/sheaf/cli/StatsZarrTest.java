package dev.sheaf.cli;

import static dev.sheaf.cli.StatsArraysTest.assertNumPys;
import static dev.sheaf.cli.StatsArraysTest.printedNumbers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Outputs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
import org.junit.jupiter.params.provider.ValueSource;

/// `sheaf stats` of Zarr arrays that other programs have written: zarr-java (version 3) and Zarr
/// for Python (version 2); `Make.java` and `make.py` beside them say how. Most hold the values of
/// `cube.npy`, for which NumPy's results are known.
class StatsZarrTest {
  private static final Path ARRAYS = Path.of("src/test/resources/dev/sheaf/cli/arrays");
  private static final Path ZARR = Path.of("src/test/resources/dev/sheaf/zarr");
  private static final String CUBE = ARRAYS.resolve("cube.npy").toString();

  @TempDir private Path out;

  private Cli stats(String... words) {
    return Cli.run(
        Stream.concat(
                Stream.of("stats", "--quiet", "--out", out.resolve("out").toString()),
                Arrays.stream(words))
            .toArray(String[]::new));
  }

  private static String zarr(String name) {
    return ZARR.resolve(name + ".zarr").toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip",
        "zstd",
        "blosc",
        "blosc-lz4",
        "transposed",
        "sharded",
        "sharded-start",
        "v2-default",
        "v2-fortran",
        "v2-lz4",
        "v2-zstd",
        "v2-gzip",
        "v2-raw"
      })
  void slicesAreNumPys(String name) throws IOException {
    int ranks = 1;
    for (String row : Files.readAllLines(ARRAYS.resolve("slices.tsv"))) {
      String[] cells = row.split("\t", -1);
      Cli cli =
          stats(
              zarr(name),
              "--slice=" + cells[0],
              "--quantiles",
              "0.1,0.75",
              "--ranks",
              "" + ranks,
              "--threads",
              "2");
      assertNumPys(row, cli);
      ranks = ranks % 3 + 1;
    }
  }

  /// Those of the same values as .npy, which `StatsArraysTest` compares with NumPy's.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip",
        "zstd",
        "blosc",
        "transposed",
        "sharded-start",
        "v2-default",
        "v2-fortran"
      })
  void axesAreThoseOfTheArray(String name) throws IOException {
    for (int axis = 0; axis < 3; axis++) {
      for (String slice : List.of("...", "30:2:-3,1:,::2")) {
        String[] words = {"--axis", "" + axis, "--slice=" + slice, "--ranks", "" + (axis + 1)};
        Cli npy = stats(append(words, CUBE));
        assertEquals(0, npy.status(), npy.err());
        List<Path> files = Outputs.under(out.resolve("out"));
        List<byte[]> expected = contents(files);
        Cli cli = stats(append(words, zarr(name)));
        assertEquals(npy.out(), cli.out(), cli.err());
        assertEquals(files, Outputs.under(out.resolve("out")));
        List<byte[]> found = contents(files);
        for (int i = 0; i < files.size(); i++) {
          assertArrayEquals(expected.get(i), found.get(i), files.get(i).toString());
        }
      }
    }
    try (Stream<Path> all = Files.list(out.resolve("out"))) {
      assertTrue(all.noneMatch(file -> file.toString().endsWith(".part")), "unpacked rows stay");
    }
  }

  private static String[] append(String[] words, String... more) {
    return Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray(String[]::new);
  }

  private static List<byte[]> contents(List<Path> files) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (Path file : files) {
      contents.add(Files.readAllBytes(file));
    }
    return contents;
  }

  @ParameterizedTest
  @ValueSource(strings = {"...", "50:10:-3", "31:33,2", "31,4:,6", "30,4:,6", "60:5:-40"})
  void severalAreJoined(String slice) {
    String[] words = {"--slice=" + slice, "--quantiles", "0.3", "--ranks", "3"};
    List<String> expected = printedNumbers(stats(append(words, CUBE, CUBE)));
    assertEquals(expected, printedNumbers(stats(append(words, zarr("zstd"), zarr("v2-default")))));
    assertEquals(expected, printedNumbers(stats(append(words, zarr("sharded"), zarr("v2-raw")))));
  }

  @Test
  void severalAreJoinedAlongAnAxis() throws IOException {
    printedNumbers(stats(CUBE, CUBE, CUBE, "--axis", "1"));
    List<byte[]> expected = contents(Outputs.under(out.resolve("out")));
    printedNumbers(
        stats(zarr("v2-zstd"), zarr("zstd"), zarr("sharded"), "--axis", "1", "--ranks", "2"));
    List<byte[]> found = contents(Outputs.under(out.resolve("out")));
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), found.get(i));
    }
  }

  /// 1949 times -7, which is in chunks that are not there, and 51 times 5.
  @ParameterizedTest
  @ValueSource(strings = {"sparse", "sharded-sparse", "v2-sparse"})
  void missingChunksHaveTheFillValue(String name) {
    List<String> values =
        printedNumbers(stats(zarr(name), "--quantiles", "0.97,0.98", "--ranks", "2"));
    assertEquals(List.of("-6.694", "1.89165641701", "-7", "5", "2000", "0", "-7", "5"), values);
    assertEquals("5", printedNumbers(stats(zarr(name), "--slice=3:20,30:33")).getFirst());
    assertEquals("-7", printedNumbers(stats(zarr(name), "--slice=20:,:")).getFirst());
  }

  @Test
  void aSingleNumber() {
    assertEquals(
        List.of("2.5", "0", "2.5", "2.5", "1", "0"), printedNumbers(stats(zarr("scalar"))));
  }

  /// In last bits too, whoever has which chunk.
  @Test
  void resultsDoNotDependOnTheRanks() throws IOException {
    String[] words = {zarr("gzip"), "--bins", "7", "--json"};
    stats(append(words, "--ranks", "1"));
    List<byte[]> expected = contents(Outputs.under(out.resolve("out")));
    for (String more :
        List.of("--ranks 3", "--ranks 2 --threads 2", "--ranks 2 --schedule static")) {
      stats(append(words, more.split(" ")));
      List<byte[]> found = contents(Outputs.under(out.resolve("out")));
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), found.get(i), more);
      }
    }
  }

  // ---- by hand ----

  private static final String V3 =
      """
      {"zarr_format": 3, "node_type": "array", "shape": [5], "data_type": "TYPE",
       "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [3]}},
       "chunk_key_encoding": {"name": "default"}, "fill_value": FILL,
       "codecs": [{"name": "bytes", "configuration": {"endian": "big"}}], "attributes": {}}
      """;

  private Path written(String about) throws IOException {
    Path array = Files.createDirectories(out.resolve("x.zarr"));
    Files.writeString(array.resolve("zarr.json"), about);
    return array;
  }

  /// Two elements of each type, behind three of the fill value.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bool | true | 0001 | 0.8 | 0 | 1
          int8 | -128 | 7f80 | -77 | -128 | 127
          uint8 | 255 | 00ff | 204 | 0 | 255
          int16 | -32768 | 7fff0000 | -13107.4 | -32768 | 32767
          uint16 | 65535 | 0001ffff | 52428.2 | 1 | 65535
          int32 | -5 | 7fffffff80000000 | -3.2 | -2147483648 | 2147483647
          uint32 | 4294967295 | 00000000ffffffff | 3435973836 | 0 | 4294967295
          int64 | 1000000000000 | 00000000000000058000000000000000 | -1844673807370355161 | -9223372036854775808 | 1000000000000
          uint64 | 18446744073709551615 | 0000000000000000ffffffffffffffff | 14757395258967641292 | 0 | 18446744073709551615
          float16 | "0x4000" | 3c007bff | 13102.2 | 1.0 | 65504.0
          float32 | "-Infinity" | 3f80000040000000 | -Infinity | -Infinity | 2.0
          float64 | "0x3ff8000000000000" | 40000000000000004008000000000000 | 1.9 | 1.5 | 3.0
          float64 | 1e300 | 40000000000000004008000000000000 | 6E+299 | 2.0 | 1.0E300
          """)
  void types(String type, String fill, String last, String mean, String min, String max)
      throws IOException {
    Path array = written(V3.replace("TYPE", type).replace("FILL", fill));
    byte[] two = java.util.HexFormat.of().parseHex(last);
    byte[] chunk = Arrays.copyOf(two, two.length / 2 * 3);
    Files.createDirectories(array.resolve("c"));
    Files.write(array.resolve("c/1"), chunk);
    Cli cli = stats(array.toString());
    assertEquals(0, cli.status(), cli.err());
    List<String> found = cli.out().lines().map(line -> line.split(" +", -1)[1]).toList();
    assertEquals(
        Double.parseDouble(mean),
        Double.parseDouble(found.getFirst()),
        1e-11 * Math.abs(Double.parseDouble(mean)));
    assertEquals(List.of(min, max, "5", "0"), found.subList(2, 6));
  }

  // ---- bad input ----

  private void assertRefused(String message, String... words) {
    Cli cli = stats(words);
    assertEquals(2, cli.status(), cli.err());
    assertEquals("", cli.out());
    assertTrue(cli.err().startsWith("sheaf stats: ") && cli.err().contains(message), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertEquals(List.of(), Outputs.under(out.resolve("out")));
    assertTrue(Files.notExists(out.resolve("out/journal")));
  }

  @Test
  void arraysThatAreNotRead() {
    assertRefused("codec 'bz2' is none of gzip, zlib, zstd, lz4", zarr("v2-bz2"));
    assertRefused("dtype '<c16' is none of bool, int", zarr("v2-complex"));
    assertRefused("has filters, which are not read", zarr("v2-delta"));
    for (String group : List.of("group", "v2-group")) {
      assertRefused(
          "%1$s: a Zarr group; give one of its arrays: %1$s/height, %1$s/sub/width%n"
              .formatted(zarr(group)),
          zarr(group));
    }
    assertRefused("each rank reads its own chunks", zarr("gzip"), "--source", "scatter");
    assertRefused("cube.npy: no Zarr array, as others are", zarr("gzip"), CUBE);
    assertRefused("cube.npy: no Zarr array, as others are", CUBE, zarr("gzip"));
    assertRefused("v2-raw.zarr: float64, but", zarr("gzip"), zarr("v2-raw"));
    assertRefused("a single number; arrays are joined", zarr("scalar"), zarr("scalar"));
    assertRefused("--slice 31: index 31 is out of bounds", zarr("gzip"), "--slice", "31");
    assertRefused("--axis 3: out of bounds", zarr("gzip"), "--axis", "3");
    Cli part = stats(zarr("gzip"), "--axis", "0", "--part", "0/2");
    assertEquals(2, part.status());
    assertTrue(part.err().contains("is not kept for the other parts"), part.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {}} | {} | what is said about the array is no JSON object
          "zarr_format": 3 | "zarr_format": 4 | zarr_format 4 is none of 2 and 3
          "zarr_format": 3 | "zarr_format": "3" | 'zarr_format' is no number
          "shape": [5] | "shape": [-5] | 'shape' has -5: must be at least 0
          "shape": [5] | "shape": [1.5] | 'shape' has 1.5, which is no length
          "shape": [5] | "shape": 5 | 'shape' is no list
          "shape": [5] | "shape": [5, 5] | shape [5, 5], but chunks [3]
          "shape": [5] | "shape": [5], "novel": {} | has 'novel', which is not known
          "shape": [5] | "shape": [9000000000000000000] | its shape has more than 2^63 bytes
          [3] | [0] | 'chunk_shape' has 0: must be at least 1
          [3] | [3000000000] | chunks [3000000000] of float64 have more than 2 GiB
          regular | rectilinear | a chunk grid 'rectilinear' is not read
          "default" | "other" | chunk_key_encoding 'other' is none of default and v2
          float64 | complex64 | dtype 'complex64' is none of bool
          "fill_value": 0 | "fill_value": "none" | fill_value "none" is no float64
          "fill_value": 0 | "fill_value": "0x7f" | fill_value "0x7f" is no float64
          "fill_value": 0, | | has no 'fill_value'
          "node_type": "array" | "node_type": "tree" | node_type 'tree' is none of array and group
          {"name": "default"} | {"name": "v2", "configuration": {"separator": "\\u0000"}} | 'separator' is '\0', none of . and /
          "endian": "big" | "endian": "middle" | 'endian' is 'middle', none of little and big
          "endian": "big" | | has no 'endian'
          [{"name": "bytes", | [{"name": "bytes", "configuration": {"endian": "big"}}, {"name": "bytes", | its codecs have 'bytes' twice
          [{"name": "bytes", | [{"name": "gzip"}, {"name": "bytes", | codec 'gzip' stands before 'bytes'
          "name": "bytes" | "name": "vlen-utf8" | codec 'vlen-utf8' is none of
          [{"name": "bytes", | [{"name": "transpose", "configuration": {"order": [1]}}, {"name": "bytes", | order is no permutation
          "codecs" | "coders" | has 'coders', which is not known
          "attributes": {} | "storage_transformers": [{"name": "x"}] | has storage transformers
          """)
  void badDescriptions(String part, String instead, String message) throws IOException {
    String about = V3.replace("TYPE", "float64").replace("FILL", "0");
    assertTrue(about.contains(part), part);
    Path array = written(about.replace(part, instead == null ? "" : instead));
    assertRefused(message, array.toString());
    assertRefused(array.toString(), array.toString());
  }

  @Test
  void arraysThatDontFit() throws IOException {
    Path five = written(V3.replace("TYPE", "float64").replace("FILL", "0"));
    assertRefused(
        five + ": shape (5,), but " + zarr("gzip") + " has (31, 20, 7)",
        zarr("gzip"),
        five.toString());
  }

  @Test
  void unknownsThatNeedNotBeUnderstood() throws IOException {
    String about = V3.replace("TYPE", "float64").replace("FILL", "4");
    Path array =
        written(about.replace("{\"zarr", "{\"new\": {\"must_understand\": false}, \"zarr"));
    assertEquals("4", printedNumbers(stats(array.toString())).getFirst());
  }

  private Path copy(String name) throws IOException {
    Path from = Path.of(zarr(name));
    Path to = out.resolve("copy.zarr");
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  /// The item fails, the others don't.
  private void assertFails(String message, String... words) {
    Cli cli = stats(words);
    assertEquals(1, cli.status(), cli.out() + cli.err());
    assertTrue(cli.err().contains(message), cli.err());
    assertEquals("", cli.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gzip | c/1/2/0 | chunk (1, 2, 0) of
          zstd | c/0/0/1 | chunk (0, 0, 1) of
          blosc | c/1/0/0 | chunk (1, 0, 0) of
          transposed | 2.1.0 | chunk (2, 1, 0) of
          v2-raw | 1.0.0 | chunk (1, 0, 0) of
          v2-lz4 | 0.1.0 | chunk (0, 1, 0) of
          """)
  void chunksThatAreCutShort(String name, String file, String item) throws IOException {
    Path array = copy(name);
    Path chunk = array.resolve(file);
    byte[] good = Files.readAllBytes(chunk);
    Files.write(chunk, Arrays.copyOf(good, good.length - 9));
    assertFails(chunk + ": ", array.toString(), "--ranks", "2");
    assertFails(item, array.toString());
    assertFails(chunk + ": ", array.toString(), "--axis", "0");
    assertEquals(List.of(), Outputs.under(out.resolve("out")));
  }

  @Test
  void damagedChunks() throws IOException {
    Path array = copy("zstd");
    Path chunk = array.resolve("c/2/0/1");
    byte[] bytes = Files.readAllBytes(chunk);
    bytes[bytes.length / 2] ^= 1;
    Files.write(chunk, bytes);
    assertFails(chunk + ": damaged: its CRC-32C is wrong", array.toString());
  }

  @Test
  void damagedShards() throws IOException {
    Path array = copy("sharded");
    Path shard = array.resolve("c/0/0/0");
    byte[] good = Files.readAllBytes(shard);
    byte[] bad = good.clone();
    ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putLong(good.length - 20, 1L << 40);
    Files.write(shard, bad);
    Cli cli = stats(array.toString());
    assertEquals(1, cli.status());
    assertTrue(cli.err().contains(shard + ": damaged: its CRC-32C is wrong"), cli.err());
    Files.write(shard, Arrays.copyOf(good, 10));
    cli = stats(array.toString());
    assertEquals(1, cli.status());
    assertTrue(cli.err().contains(shard + ": cut short; copy or write it again"), cli.err());
    Files.delete(shard);
    Files.createDirectory(shard);
    cli = stats(array.toString());
    assertEquals(1, cli.status());
    assertTrue(cli.err().contains(shard + ": can't be read: Is a directory"), cli.err());
  }

  @Test
  void axisOfNothing() throws IOException {
    Path array = written(V3.replace("TYPE", "float64").replace("FILL", "0").replace("[5]", "[0]"));
    assertRefused("--axis 0: the array is empty", array.toString(), "--axis", "0");
  }

  /// A half is too little to make a range of a number beyond 2^53.
  @Test
  void noBinsAroundALargeNumber() throws IOException {
    Path array = written(V3.replace("TYPE", "int64").replace("FILL", "9223372036854775807"));
    Cli cli = stats(array.toString(), "--bins", "3");
    assertEquals(2, cli.status());
    assertTrue(cli.err().contains("--bins: there are none between values from 9.22"), cli.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          "order": "C" | "order": "X" | 'order' is 'X', none of C and F
          "compressor": null | "compressor": "zlib" | 'compressor' is no object
          "filters": null | "filters": {"id": "delta"} | has filters, which are not read
          "order": "C" | "order": "C", "dimension_separator": "," | 'dimension_separator' is ',', none of . and /
          """)
  void badDescriptionsOfVersion2(String part, String instead, String message) throws IOException {
    String about =
        """
        {"zarr_format": 2, "shape": [5], "chunks": [3], "dtype": "<f8", "fill_value": 0,
         "order": "C", "compressor": null, "filters": null}
        """;
    assertTrue(about.contains(part), part);
    Path array = Files.createDirectories(out.resolve("x.zarr"));
    Files.writeString(array.resolve(".zarray"), about.replace(part, instead));
    assertRefused(message, array.toString());
  }
}
