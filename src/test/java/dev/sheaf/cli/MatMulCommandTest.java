package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.linalg.OpenBlas;
import dev.sheaf.testing.Needs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatMulCommandTest {
  @TempDir private Path dir;

  private Cli matmul(String... words) {
    return Cli.run(
        Stream.concat(
                Stream.of("matmul", "--quiet", "--out", dir.resolve("out").toString()),
                Stream.of(words))
            .toArray(String[]::new));
  }

  private static void needOpenBlas() {
    Needs.that(OpenBlas.find() != null, "needs OpenBLAS (apt-get install libopenblas0)");
  }

  /// Writes an array; of int16, float32 or float64.
  private String save(
      String name, DType type, ByteOrder order, IntToDoubleFunction values, long... shape)
      throws IOException {
    NpyHeader own = NpyHeader.of(type, shape);
    NpyHeader header = new NpyHeader(type, order, false, shape, own.dataOffset());
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(own.dataOffset() + own.dataBytes()))
            .order(order)
            .put(header.bytes());
    for (int i = 0; bytes.hasRemaining(); i++) {
      double value = values.applyAsDouble(i);
      switch (type) {
        case INT16 -> bytes.putShort((short) value);
        case FLOAT32 -> bytes.putFloat((float) value);
        default -> bytes.putDouble(value);
      }
    }
    return Files.write(dir.resolve(name), bytes.array()).toString();
  }

  private String save(String name, IntToDoubleFunction values, long... shape) throws IOException {
    return save(name, DType.FLOAT64, ByteOrder.LITTLE_ENDIAN, values, shape);
  }

  private NpyHeader header() {
    return NpyHeader.read(dir.resolve("out/product.npy"));
  }

  private double[] product() throws IOException {
    NpyHeader header = header();
    ByteBuffer data =
        ByteBuffer.wrap(Files.readAllBytes(dir.resolve("out/product.npy")))
            .position((int) header.dataOffset())
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[(int) header.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = header.type() == DType.FLOAT32 ? data.getFloat() : data.getDouble();
    }
    return values;
  }

  /// The values are NumPy's: `np.arange(12.).reshape(3, 4) @ (np.arange(20.) - 7).reshape(4, 5)`.
  @ParameterizedTest
  @ValueSource(strings = {"java", "auto"})
  void equalsNumPy(String library) throws IOException {
    String a = save("a.npy", i -> i, 3, 4);
    String b = save("b.npy", i -> i - 7, 4, 5);
    Cli cli = matmul(a, b, "--library", library);
    assertEquals(0, cli.status(), cli.err());
    assertEquals("%s: float64 (3, 5)%n".formatted(dir.resolve("out/product.npy")), cli.out());
    double[] expected = {28, 34, 40, 46, 52, 36, 58, 80, 102, 124, 44, 82, 120, 158, 196};
    assertArrayEquals(expected, product());
  }

  /// Numbers whose products and sums are exact, with several tiles each way and several steps: C[i,
  /// j] = Σ (i + l) (l - j) has a closed form.
  @ParameterizedTest
  @CsvSource({
    "java, 400, 37, 5200, 1, 1, 30M",
    "java, 5, 8200, 7, 2, 1, 1G",
    "openblas, 400, 37, 5200, 3, 2, 30M",
    "openblas, 400, 37, 5200, 1, 1, 1G",
    "openblas, 5, 8200, 7, 2, 1, 1G"
  })
  void severalTiles(
      String library, int m, int k, int n, String ranks, String threads, String memory)
      throws IOException {
    if (library.equals("openblas")) {
      needOpenBlas();
    }
    String a = save("a.npy", i -> i / k + i % k, m, k);
    String b = save("b.npy", i -> i / n - i % n, k, n);
    Cli cli =
        matmul(
            a, b, "--library", library, "--ranks", ranks, "--threads", threads, "--memory", memory);
    assertEquals(0, cli.status(), cli.err());
    long sum = (long) k * (k - 1) / 2;
    long squares = (long) (k - 1) * k * (2L * k - 1) / 6;
    double[] product = product();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        assertEquals(squares + (i - j) * sum - (long) k * i * j, (long) product[i * n + j]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "auto"})
  void typesAreThoseOfNumPyForFloats(String library) throws IOException {
    ByteOrder little = ByteOrder.LITTLE_ENDIAN;
    String single = save("f.npy", DType.FLOAT32, little, i -> i - 3.5, 3, 3);
    String big = save("g.npy", DType.FLOAT32, ByteOrder.BIG_ENDIAN, i -> i, 3, 3);
    String integers = save("i.npy", DType.INT16, little, i -> i, 3, 3);
    // NumPy: (np.arange(9, dtype='f4') - 3.5).reshape(3, 3) @ np.arange(9).reshape(3, 3)
    double[] expected = {-16.5, -24, -31.5, 10.5, 12, 13.5, 37.5, 48, 58.5};
    for (String right : new String[] {big, integers}) {
      assertEquals(0, matmul(single, right, "--library", library).status());
      assertEquals(right.equals(big) ? DType.FLOAT32 : DType.FLOAT64, header().type());
      assertArrayEquals(expected, product());
    }
    assertEquals(0, matmul(single, big, "--dtype", "f64", "--library", library).status());
    assertEquals(DType.FLOAT64, header().type());
    assertEquals(0, matmul(integers, integers, "--dtype", "f32", "--library", library).status());
    assertEquals(DType.FLOAT32, header().type());
    assertEquals(15, product()[0]);
  }

  /// Real numbers, whose sums depend on their order: whoever computes which tile, on how many
  /// threads, from how many panels.
  @ParameterizedTest
  @CsvSource({"openblas, f64", "openblas, f32", "java, f64"})
  void sameBytes(String library, String dtype) throws IOException {
    if (library.equals("openblas")) {
      needOpenBlas();
    }
    byte[] first = null;
    for (String way :
        new String[] {
          "--ranks 1 --threads 1",
          "--ranks 1 --threads 4 --memory 55M",
          "--ranks 2 --threads 2 --schedule dynamic",
          "--ranks 3 --threads 1 --schedule cyclic --memory 30M",
          "--ranks 7 --threads 2 --schedule guided"
        }) {
      Cli cli =
          matmul(
              "--random 1301x701x5203 --seed 3 --library %s --dtype %s %s"
                  .formatted(library, dtype, way)
                  .split(" "));
      assertEquals(0, cli.status(), cli.err());
      byte[] bytes = Files.readAllBytes(dir.resolve("out/product.npy"));
      first = first == null ? bytes : first;
      assertTrue(Arrays.equals(first, bytes), way);
    }
  }

  /// OpenBLAS and plain Java round differently, by no more than sums of 300 products may.
  @Test
  void librariesAgree() throws IOException {
    needOpenBlas();
    double[][] products = new double[2][];
    for (int i = 0; i < 2; i++) {
      String library = i == 0 ? "openblas" : "java";
      assertEquals(0, matmul("--random", "70x300x50", "--library", library).status());
      products[i] = product();
    }
    assertArrayEquals(products[0], products[1], 1e-12);
  }

  @ParameterizedTest
  @CsvSource({"0, 4, 3", "2, 0, 3", "2, 4, 0"})
  void emptyMatrices(int m, int k, int n) throws IOException {
    Cli cli = matmul(save("a.npy", i -> 1, m, k), save("b.npy", i -> 1, k, n));
    assertEquals(0, cli.status(), cli.err());
    assertArrayEquals(new long[] {m, n}, header().shape());
    assertArrayEquals(new double[m * n], product());
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "auto"})
  void infinitiesAndNaNs(String library) throws IOException {
    String a = save("a.npy", i -> i == 0 ? Double.POSITIVE_INFINITY : i == 4 ? 0 : 1, 3, 2);
    String b =
        save("b.npy", i -> i == 1 ? Double.NaN : i == 2 ? Double.POSITIVE_INFINITY : 1, 2, 2);
    assertEquals(0, matmul(a, b, "--library", library).status());
    // As by NumPy: [[inf, nan], [inf, nan], [inf, nan]]
    double[] p = product();
    assertEquals(Double.POSITIVE_INFINITY, p[0]);
    assertTrue(Double.isNaN(p[1]) && Double.isNaN(p[3]) && Double.isNaN(p[5]));
    assertEquals(Double.POSITIVE_INFINITY, p[2]);
    assertEquals(Double.POSITIVE_INFINITY, p[4]);
  }

  // ---- bad input ----

  private void assertRefused(String message, String... words) {
    Cli cli = matmul(words);
    assertEquals(2, cli.status(), cli.err());
    assertEquals("", cli.out());
    assertTrue(cli.err().startsWith("sheaf matmul: ") && cli.err().contains(message), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertFalse(Files.exists(dir.resolve("out")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --ranks 2 | which matrices? Give A.npy B.npy or --random MxKxN
          one.npy | which matrices? Give A.npy B.npy or --random MxKxN
          --random 5x5 | --random 5x5: not MxKxN
          --random 5x-5x5 | --random 5x-5x5: not MxKxN
          --random 5x5x9999999999 | not MxKxN
          a.npy b.npy --random 5x5x5 | a.npy and --random: give one of them
          --random 5x5x5 --memory 4X | --memory 4X: not a size in bytes, such as 500M or 4G
          --random 5x5x5 --memory 0 | --memory 0: not a size in bytes
          --random 5x5x5 --memory 99999999999G | not a size in bytes
          --random 500x500x500 --threads 2 --memory 5999999 | 2 threads and one panel of B, 500 x 500, take 6000000 bytes; give at least that, or fewer --threads
          --random 5x5x5 --device gpu --library java | --library: for --device cpu; a GPU has cuBLAS
          none.npy none.npy | none.npy: can't be read: no such file or directory
          """)
  void wordsThatCantBeRight(String words, String message) {
    assertRefused(message, words.split(" "));
  }

  @Test
  void filesThatCantBeMultiplied() throws IOException {
    String good = save("good.npy", i -> i, 3, 4);
    assertRefused(
        "good.npy is 3 x 4 and " + good + " is 3 x 4: the first must have as many columns",
        good,
        good);
    assertRefused("an array of 1 dimension; a matrix has 2", save("one.npy", i -> i, 4), good);
    assertRefused("an array of 3 dimensions", save("three.npy", i -> i, 4, 3, 1), good);
    byte[] bytes = Files.readAllBytes(Path.of(good));
    Path cut = Files.write(dir.resolve("cut.npy"), Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused("cut.npy: truncated", cut.toString(), good);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (String type : new String[] {"<c8", "|O8"}) { // complex, object
      Files.writeString(
          dir.resolve("type.npy"), text.replace("<f8", type), StandardCharsets.ISO_8859_1);
      assertRefused("type.npy: ", dir.resolve("type.npy").toString(), good);
    }
  }
}
