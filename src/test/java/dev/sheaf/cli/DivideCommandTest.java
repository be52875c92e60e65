package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The arrays and their quotients are NumPy's: `make.py` beside them has made them.
class DivideCommandTest {
  private static final Path ARRAYS = Path.of("src/test/resources/dev/sheaf/cli/divide");

  @TempDir private Path dir;

  private Cli divide(String... words) {
    return Cli.run(
        Stream.concat(
                Stream.of("divide", "--quiet", "--out", dir.resolve("out").toString()),
                Stream.of(words))
            .toArray(String[]::new));
  }

  private static List<String> cases() throws IOException {
    return Files.readAllLines(ARRAYS.resolve("cases.txt"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bytesAreThoseOfNumPy(String row) throws IOException {
    String[] names = row.split(" ", -1);
    for (String ranks : new String[] {"1", "3"}) {
      Cli cli =
          divide(
              ARRAYS.resolve(names[0]).toString(),
              ARRAYS.resolve(names[1]).toString(),
              "--ranks",
              ranks,
              "--threads",
              "2");
      assertEquals(0, cli.status(), cli.err());
      assertArrayEquals(
          Files.readAllBytes(ARRAYS.resolve(names[2])),
          Files.readAllBytes(dir.resolve("out/quotient.npy")));
    }
  }

  @Test
  void tellsWhatItHasWritten() {
    Cli cli = divide(ARRAYS.resolve("a-f4.npy").toString(), ARRAYS.resolve("b-i2.npy").toString());
    assertEquals(
        "%s: float32 (3, 5)%n".formatted(dir.resolve("out/quotient.npy")), cli.out(), cli.err());
  }

  /// Several items, of which the last is not full: i / 2^20 is exact, also with the divisors held.
  @ParameterizedTest
  @CsvSource({"3000, 1000, true", "3000, 1000, false", "1, 2500001, true"})
  void manyChunks(int rows, int columns, boolean broadcast) throws IOException {
    Path a = dir.resolve("a.npy");
    Path b = dir.resolve("b.npy");
    save(a, rows, columns, true);
    save(b, broadcast ? 1 : rows, columns, false);
    Cli cli = divide(a.toString(), b.toString(), "--ranks", "2", "--schedule", "dynamic");
    assertEquals(0, cli.status(), cli.err());
    byte[] bytes = Files.readAllBytes(dir.resolve("out/quotient.npy"));
    var quotients =
        ByteBuffer.wrap(bytes)
            .position(bytes.length - rows * columns * Double.BYTES)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asDoubleBuffer();
    for (int i = 0; i < rows * columns; i++) {
      assertEquals(Math.scalb((double) i, i % columns % 7 - 20), quotients.get(i));
    }
  }

  /// The numbers 0, 1, 2, ...; or the power of two by which that of this column is divided.
  private static void save(Path file, int rows, int columns, boolean dividends) throws IOException {
    var header = NpyHeader.of(DType.FLOAT64, rows, columns);
    var bytes =
        ByteBuffer.allocate(Math.toIntExact(header.dataOffset() + header.dataBytes()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header.bytes());
    for (int i = 0; bytes.hasRemaining(); i++) {
      bytes.putDouble(dividends ? i : Math.scalb(1.0, 20 - i % columns % 7));
    }
    Files.write(file, bytes.array());
  }

  // ---- bad input ----

  private void assertRefused(String message, Object a, Object b) {
    Cli cli = divide(a.toString(), b.toString());
    assertEquals(2, cli.status(), cli.err());
    assertEquals("", cli.out());
    assertTrue(cli.err().startsWith("sheaf divide: ") && cli.err().contains(message), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertFalse(Files.exists(dir.resolve("out")));
  }

  /// Zarr arrays are for `sheaf stats`.
  @ParameterizedTest
  @ValueSource(strings = {"zarr.json", ".zarray", ".zgroup"})
  void zarrIsNotRead(String metadata) throws IOException {
    Path zarr = Files.createDirectory(dir.resolve("x.zarr"));
    Files.writeString(zarr.resolve(metadata), "{}");
    assertRefused(
        "%1$s: a Zarr array or group, which sheaf stats alone reads; save the array as .npy: numpy.save('array.npy', zarr.open('%1$s')[...])"
            .formatted(zarr),
        zarr,
        zarr);
  }

  @Test
  void arraysThatCantBeDivided() throws IOException {
    Path good = ARRAYS.resolve("a-f8.npy");
    Path column = ARRAYS.resolve("column-f8.npy");
    Path other = ARRAYS.resolve("row-i8.npy");
    assertRefused("none.npy: can't be read: no such file", "none.npy", good);
    assertRefused("a-i1.npy has shape", ARRAYS.resolve("a-i1.npy"), ARRAYS.resolve("four-f8.npy"));
    assertRefused("lengths must be equal, or one of them 1", good, ARRAYS.resolve("four-f8.npy"));
    byte[] bytes = Files.readAllBytes(good);
    Path cut = Files.write(dir.resolve("cut.npy"), Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused("cut.npy: truncated", other, cut);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (String type : new String[] {"<c8", "|O8"}) { // complex, object
      Files.writeString(
          dir.resolve("type.npy"), text.replace("<f8", type), StandardCharsets.ISO_8859_1);
      assertRefused("type.npy: ", column, dir.resolve("type.npy"));
    }
  }
}
