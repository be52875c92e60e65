package dev.sheaf.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyHeaderTest {
  @TempDir Path dir;

  /// What `b = io.BytesIO(); np.save(b, np.zeros(SHAPE, DTYPE, order=ORDER)); b.getvalue()` has
  /// before the data (NumPy 1.24.2 and 2.4.6), the spaces counted.
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "FLOAT64;<;false;3 4;128;{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }",
        "FLOAT64;<;false;;128;{'descr': '<f8', 'fortran_order': False, 'shape': (), }",
        "INT16;>;false;0;128;{'descr': '>i2', 'fortran_order': False, 'shape': (0,), }",
        "UINT8;<;true;2 3;128;{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }",
        "UINT8;<;false;1000 424 424 3;128;{'descr': '|u1', 'fortran_order': False,"
            + " 'shape': (1000, 424, 424, 3), }",
        "FLOAT64;<;false;1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1;192;{'descr': '<f8',"
            + " 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,"
            + " 1, 1, 1, 1), }"
      })
  void writesAndReadsNumpysBytes(
      DType type, char mark, boolean fortranOrder, String lengths, int bytes, String text)
      throws IOException {
    long[] shape =
        lengths == null
            ? new long[0]
            : Arrays.stream(lengths.split(" ")).mapToLong(Long::parseLong).toArray();
    ByteOrder order = mark == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    byte[] expected = file(1, text + " ".repeat(bytes - 11 - text.length()) + "\n", 0);
    assertArrayEquals(
        expected, new NpyHeader(type, order, fortranOrder, shape, bytes).bytes(), text);

    Path file = dir.resolve("a.npy");
    long data = Arrays.stream(shape).reduce(type.bytes(), (a, b) -> a * b);
    Files.write(file, Arrays.copyOf(expected, expected.length + (int) data));
    NpyHeader header = NpyHeader.read(file);
    assertEquals(type, header.type());
    assertEquals(order, header.order());
    assertEquals(fortranOrder, header.fortranOrder());
    assertArrayEquals(shape, header.shape());
    assertEquals(bytes, header.dataOffset());
    assertEquals(data, header.dataBytes());
  }

  @Test
  void newHeadersKnowTheirOffset() {
    NpyHeader header = NpyHeader.of(DType.UINT8, 1000, 424, 424, 3);
    assertEquals(header.bytes().length, header.dataOffset());
    assertEquals(1000L * 424 * 424 * 3, header.dataBytes());
  }

  @ParameterizedTest
  @CsvSource({
    "|b1,BOOL",
    "|i1,INT8",
    "|u1,UINT8",
    "<i2,INT16",
    ">u2,UINT16",
    "<i4,INT32",
    ">u4,UINT32",
    "<i8,INT64",
    ">u8,UINT64",
    "<f2,FLOAT16",
    ">f4,FLOAT32",
    "<f8,FLOAT64"
  })
  void readsEveryType(String descr, DType type) throws IOException {
    NpyHeader header = read(1, dict(descr, "(2,)"), 16);
    assertEquals(type, header.type());
    assertEquals(
        descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, header.order());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void readsEveryVersion(int version) throws IOException {
    NpyHeader header = read(version, dict("<f8", "(2,)"), 16);
    assertEquals(header.count(), 2);
    assertEquals(version == 1 ? 10 : 12, header.dataOffset() - dict("<f8", "(2,)").length());
  }

  @Test
  void readsOtherSpellings() throws IOException {
    NpyHeader header =
        read(1, "{\"shape\":(2L,\n3L,),'fortran_order' : True , 'descr':'<f4'}  \n", 24);
    assertArrayEquals(new long[] {2, 3}, header.shape());
    assertTrue(header.fortranOrder());
    assertEquals(DType.FLOAT32, header.type());
  }

  @Test
  void letsMoreDataBe() throws IOException {
    assertEquals(2, read(1, dict("<f8", "(2,)"), 100).count());
  }

  @Test
  void emptyArraysMayHaveHugeOtherDimensions() throws IOException {
    assertEquals(0, read(1, dict("<f8", "(9223372036854775807, 0, 8)"), 0).dataBytes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }~dtype object",
        "{'descr': [('a', '<f8'), ('b', '<i4')], 'fortran_order': False, 'shape': (3,), }~"
            + "structured dtype",
        "{'descr': '<c16', 'fortran_order': False, 'shape': (3,), }~dtype '<c16' is none of bool",
        "{'descr': 'f8', 'fortran_order': False, 'shape': (3,), }~dtype 'f8' is none of bool",
        "{'descr': '', 'fortran_order': False, 'shape': (3,), }~dtype '' is none of bool",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3, -1), }~negative dimension -1",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1152921504606846976,), }~more than 2^63",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }~"
            + "more than 2^63",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775808,), }~"
            + "expected an integer of at most 63 bits at character 51",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3), }~not a tuple",
        "{'descr': '<f8', 'fortran_order': False, 'shape': 3, }~expected ( at character 50",
        "{'descr': '<f8', 'fortran_order': 0, 'shape': (3,), }~expected True or False",
        "{'descr': '<f8', 'shape': (3,), }~needs the keys",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'more': 1}~unknown key 'more'",
        "{'descr': '<f8~unfinished string",
        "{descr: '<f8'}~expected a string at character 1",
        "{~expected a string",
        "hello~expected {"
      })
  void refusesBadHeaders(String text, String message) {
    assertError(message, () -> read(1, text, 24));
  }

  @Test
  void countsTruncatedData() {
    assertError(
        "truncated: shape (3, 4) of float64 needs 96 bytes of data, the file has 95",
        () -> read(1, dict("<f8", "(3, 4)"), 95));
  }

  @Test
  void refusesOtherFiles() throws IOException {
    byte[] good = file(1, dict("<f8", "(0,)"), 0);
    assertError("not an .npy file", () -> read(new byte[0]));
    assertError("not an .npy file", () -> read(Arrays.copyOf(good, 7)));
    assertError("not an .npy file", () -> read("a,b\n1,2\n3,4\n".getBytes(StandardCharsets.UTF_8)));
    for (int length : new int[] {8, 9, 10, good.length - 1}) {
      assertError("ends within the .npy header", () -> read(Arrays.copyOf(good, length)));
    }
    assertError("version 4.0", () -> read(file(4, dict("<f8", "(0,)"), 0)));
    byte[] absurd = file(2, dict("<f8", "(0,)"), 0);
    absurd[11] = (byte) 0xff;
    assertError("header of 4278190", () -> read(absurd));
    assertError(
        "no such file", () -> NpyHeader.read(dir.resolve("a.npy").resolveSibling("missing.npy")));
    assertError("directory", () -> NpyHeader.read(Files.createDirectory(dir.resolve("d.npy"))));
  }

  private interface Reads {
    void run() throws IOException;
  }

  /// One line that names the file and tells what is wrong.
  private static void assertError(String message, Reads reads) {
    InputException e = assertThrows(InputException.class, reads::run);
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.getMessage().contains(".npy: "), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  private NpyHeader read(int version, String text, int data) throws IOException {
    return read(file(version, text, data));
  }

  private NpyHeader read(byte[] content) throws IOException {
    return NpyHeader.read(Files.write(dir.resolve("a.npy"), content));
  }

  private static String dict(String descr, String shape) {
    return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }  \n";
  }

  private static byte[] file(int version, String text, int data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    out.write(text.length() & 0xff);
    out.write(text.length() >>> 8);
    if (version > 1) {
      out.write(0);
      out.write(0);
    }
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(new byte[data]);
    return out.toByteArray();
  }
}
