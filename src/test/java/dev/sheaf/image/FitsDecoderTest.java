package dev.sheaf.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bad FITS files; the values of good ones are in `formats/arrays.tsv`.
class FitsDecoderTest {
  private static final PixelFormat GREY = new PixelFormat(SampleType.FLOAT32, 1);

  @TempDir private Path directory;

  private final ImageLoader loader = new ImageLoader(ImageLoader.DEFAULT_MAX_PIXELS);

  private static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(TestImages.path("formats/" + name));
  }

  private byte[] decode(byte[] file, PixelFormat format) throws IOException {
    ImageSize size = loader.open(Files.write(directory.resolve("a.fits"), file));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pixels = arena.allocate(new ImageLayout(size, format).bytes());
      loader.decode(pixels, format);
      return pixels.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private String failure(byte[] file, PixelFormat format) {
    String message = assertThrows(ImageException.class, () -> decode(file, format)).getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  private void assertFails(byte[] file, String expected) {
    String message = failure(file, GREY);
    assertTrue(message.contains(expected), message);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  @Test
  void gzipped() throws IOException {
    byte[] whole = bytes("float32.fits");
    byte[] packed = gzip(whole);
    assertArrayEquals(decode(whole, GREY), decode(packed, GREY));
    for (int length = 10; length < packed.length; length += 97) {
      assertFails(Arrays.copyOf(packed, length), "truncated or corrupt gzip: ");
    }
    packed[packed.length / 2] ^= 1;
    assertFails(packed, "truncated or corrupt gzip: ");
    assertFails(gzip(gzip(whole)), "not an image");
  }

  /// Before it is unpacked whole.
  @Test
  void aGzippedFileLargerThanTheLargestImage() throws IOException {
    byte[] packed = gzip(new byte[1 << 24]);
    try (ImageLoader few = new ImageLoader(1000)) {
      Path path = Files.write(directory.resolve("a.fits.gz"), packed);
      String message = assertThrows(ImageException.class, () -> few.open(path)).getMessage();
      assertEquals("a gzipped file of more than 1056576 bytes", message);
    }
  }

  @Test
  void truncated() throws IOException {
    for (String name : List.of("float32.fits", "extension.fits")) {
      byte[] whole = bytes(name);
      int end = name.equals("float32.fits") ? 2880 + 29 * 19 * 4 : 17280 + 29 * 19 * 4;
      for (int length = 100; length < end; length += 97) {
        assertFails(Arrays.copyOf(whole, length), "FITS");
      }
      decode(Arrays.copyOf(whole, whole.length), GREY);
    }
    assertFails(
        Arrays.copyOf(bytes("float32.fits"), 2880 + 100),
        "truncated or corrupt FITS: 100 bytes of pixels, 29x19 pixels have 2204");
  }

  /// Some programs leave out the zeros after the last pixel.
  @Test
  void withoutPadding() throws IOException {
    decode(Arrays.copyOf(bytes("float32.fits"), 2880 + 29 * 19 * 4), GREY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          table.fits      | a FITS file without an image
          cube.fits       | a FITS image of 3 dimensions (7x5x3); only those of 2 are supported
          vector.fits     | a FITS image of 1 dimensions (29); only those of 2 are supported
          compressed.fits | a tile-compressed FITS image; funpack makes a plain one
          """)
  void noImageOfTwoDimensions(String name, String message) throws IOException {
    assertEquals(message, failure(bytes(name), GREY));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NAXIS1  =                   29 | NAXIS1  =               100000 | truncated or corrupt FITS: 2880 bytes of pixels, 100000x19 pixels have 7600000
          NAXIS1  =                   29 | NAXIS1  =            100000000 | 100000000x19 pixels are more than the limit of 268435456 pixels
          NAXIS1  =                   29 | NAXIS1  =         999999999999 | a FITS image of 999999999999x19 pixels
          NAXIS1  =                   29 | NAXIS1  =                   -1 | a FITS image of -1x19 pixels
          BITPIX  =                  -32 | BITPIX  =                   17 | truncated or corrupt FITS: BITPIX = 17
          NAXIS   =                    2 | NAXIS   =                    0 | the file ends in a header
          """)
  void absurdHeaders(String card, String other, String message) throws IOException {
    String text = new String(bytes("float32.fits"), StandardCharsets.ISO_8859_1);
    assertTrue(text.contains(card));
    assertFails(text.replace(card, other).getBytes(StandardCharsets.ISO_8859_1), message);
  }

  /// Damage in a header is told in one line or goes unnoticed; it never does anything else.
  @Test
  void damagedHeaders() throws IOException {
    byte[] whole = bytes("extension.fits");
    int noticed = 0;
    for (int at = 0; at < 8640; at += 3) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (at % 5 == 0 ? 0x85 : 0x15);
      try {
        decode(damaged, GREY);
      } catch (ImageException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        noticed++;
      }
    }
    assertTrue(noticed > 20, "noticed " + noticed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nan.fits     | UINT8  | NaN in row 5, column 6 (from 0) is no uint8; float32 and float64 hold it
          nan.fits     | UINT16 | NaN in row 5, column 6 (from 0) is no uint16; float32 and float64 hold it
          blank.fits   | UINT16 | NaN in row 3, column 4 (from 0) is no uint16; float32 and float64 hold it
          scaled-8.fits | UINT8 | -0.6999998092651367 in row 17, column 7
          int16.fits   | UINT8  | 15646.0 in row 0, column 0 (from 0) is no uint8
          """)
  void valuesThatAnIntegerTypeLacks(String name, SampleType type, String message)
      throws IOException {
    String actual = failure(bytes(name), new PixelFormat(type, 1));
    assertTrue(actual.contains(message), actual);
  }
}
