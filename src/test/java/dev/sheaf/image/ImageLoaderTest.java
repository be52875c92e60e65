package dev.sheaf.image;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageLoaderTest {
  /// The JPEG decoders.
  enum Jpeg implements Supplier<PixelDecoder> {
    TURBO,
    IMAGE_IO;

    @Override
    public PixelDecoder get() {
      if (this == IMAGE_IO) {
        return new ImageIoJpegDecoder();
      }
      PixelDecoder fastest = JpegDecoders.make();
      assumeTrue(fastest instanceof TurboDecoder, "libturbojpeg.so.0 is not installed");
      return fastest;
    }

    ImageLoader loader() {
      return new ImageLoader(ImageLoader.DEFAULT_MAX_PIXELS, get());
    }
  }

  /// Where ImageIO's libjpeg 6b cannot give libjpeg-turbo's pixels.
  private static final Set<String> NOT_BY_IMAGE_IO = Set.of("440.jpg", "arithmetic.jpg");

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void pixelsAreThoseOfDjpegAndPillow(Jpeg jpeg) {
    try (ImageLoader loader = jpeg.loader()) {
      assertAll(
          TestImages.table("pixels.tsv").stream()
              .filter(row -> jpeg == Jpeg.TURBO || !NOT_BY_IMAGE_IO.contains(row[0]))
              .map(row ->
                  () -> {
                    Path path = TestImages.path(row[0]);
                    assertEquals(row[1] + "x" + row[2], loader.open(path).toString(), row[0]);
                    MemorySegment rgb = TestImages.pixels(loader, path);
                    assertEquals(row[3], TestImages.sha256(rgb), row[0]);
                  }));
    }
  }

  /// `djpeg -rgb hubble_deep_field.jpg | tail -c 2616000 | sha256sum` of libjpeg-turbo 2.1.5. The
  /// file has an Adobe marker and a colour profile.
  @ParameterizedTest
  @EnumSource
  void hubblePicture(Jpeg jpeg) throws Exception {
    Path path = Path.of(ImageLoader.class.getResource("hubble_deep_field.jpg").toURI());
    try (ImageLoader loader = jpeg.loader()) {
      assertEquals(
          "9a3ea9548188f81e63435188456e74de45a981ebeb791e265abe79a26d3b528b",
          TestImages.sha256(TestImages.pixels(loader, path)));
    }
  }

  /// CMYK, YCCK and others of `formats`.
  @ParameterizedTest
  @EnumSource
  void pixelsOfRarerJpegsAreThoseOfPillow(Jpeg jpeg) {
    try (ImageLoader loader = jpeg.loader()) {
      assertAll(
          TestImages.table("formats/arrays.tsv").stream()
              .filter(row -> row[0].isEmpty() && row[1].endsWith(".jpg"))
              .map(row ->
                  () -> {
                    Path path = TestImages.path("formats/" + row[1]);
                    assertEquals(
                        row[3], TestImages.sha256(TestImages.pixels(loader, path)), row[1]);
                  }));
    }
  }

  @Test
  void theFallbackSaysWhichJpegItRepeatsInsteadOfInterpolating() throws Exception {
    try (ImageLoader turbo = Jpeg.TURBO.loader();
        ImageLoader imageIo = Jpeg.IMAGE_IO.loader()) {
      MemorySegment expected = TestImages.pixels(turbo, TestImages.path("440.jpg"));
      MemorySegment repeated = TestImages.pixels(imageIo, TestImages.path("440.jpg"));
      assertTrue(expected.mismatch(repeated) >= 0);
      assertFails(imageIo, TestImages.path("arithmetic.jpg"), "JPEG: ");
    }
  }

  @Test
  void theDecoderIsNamed() {
    try (ImageLoader turbo = Jpeg.TURBO.loader();
        ImageLoader imageIo = Jpeg.IMAGE_IO.loader()) {
      assertEquals("libjpeg-turbo (libturbojpeg.so.0)", turbo.jpegDecoder());
      assertEquals("ImageIO", imageIo.jpegDecoder());
    }
  }

  /// Cut anywhere, a JPEG fails; it never gives a picture with grey in its lower part.
  @ParameterizedTest
  @EnumSource
  void truncatedJpegs(Jpeg jpeg) throws IOException {
    try (ImageLoader loader = jpeg.loader()) {
      for (String name : List.of("420.jpg", "grey.jpg", "progressive.jpg", "restart.jpg")) {
        byte[] whole = Files.readAllBytes(TestImages.path(name));
        for (int length = 3; length < whole.length; length += 1 + length / 40) {
          assertFails(loader, file("cut.jpg", Arrays.copyOf(whole, length)), "JPEG");
        }
        assertFails(loader, file("cut.jpg", Arrays.copyOf(whole, whole.length - 2)), "JPEG");
        assertFails(loader, file("cut.jpg", Arrays.copyOf(whole, whole.length - 1)), "JPEG");
      }
    }
  }

  /// Damage is told in one line or goes unnoticed; it never does anything else.
  @ParameterizedTest
  @EnumSource
  void damagedJpegs(Jpeg jpeg) throws IOException {
    int noticed = 0;
    try (ImageLoader loader = jpeg.loader()) {
      for (String name : List.of("420.jpg", "progressive.jpg", "restart.jpg")) {
        byte[] whole = Files.readAllBytes(TestImages.path(name));
        for (int at = 2; at < whole.length; at += 7) {
          byte[] damaged = whole.clone();
          damaged[at] ^= 0x55;
          Path path = file("damaged.jpg", damaged);
          try {
            TestImages.pixels(loader, path);
          } catch (ImageException e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            noticed++;
          }
        }
      }
    }
    assertTrue(noticed > 100, "noticed " + noticed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rgb.png", "palette-4.png", "interlaced.png", "palette.gif", "rgb.bmp", "rgb.tif"})
  void truncatedImagesOfOtherKinds(String name) throws IOException {
    byte[] whole = Files.readAllBytes(TestImages.path(name));
    try (ImageLoader loader = Jpeg.IMAGE_IO.loader()) {
      for (int length = 1; length < whole.length * 9 / 10; length += 1 + length / 20) {
        assertFails(loader, file("cut", Arrays.copyOf(whole, length)), "");
      }
    }
  }

  @Test
  void whatIsNoImage() throws IOException {
    try (ImageLoader loader = Jpeg.IMAGE_IO.loader()) {
      assertFails(loader, file("empty.jpg"), "empty file");
      assertFails(loader, file("text.jpg", "not an image\n"), "not an image of a known kind");
      assertFails(loader, file("short.jpg", "\n"), "not an image of a known kind");
      assertFails(loader, directory.resolve("none.jpg"), "no such file");
      assertFails(loader, directory, "a directory");
      assertFails(loader, Path.of("/dev/zero"), "not a regular file");
    }
  }

  /// Headers that claim 65500x65500 pixels, with nothing behind them.
  @ParameterizedTest
  @EnumSource
  void absurdlyLargeImagesAreRefusedByTheirHeader(Jpeg jpeg) throws IOException {
    byte[] png = Files.readAllBytes(TestImages.path("rgb.png"));
    ByteBuffer.wrap(png).putInt(16, 65500).putInt(20, 65500);
    byte[] jpg = Files.readAllBytes(TestImages.path("420.jpg"));
    int frame = new String(jpg, StandardCharsets.ISO_8859_1).indexOf("\u00ff\u00c0");
    ByteBuffer.wrap(jpg).putShort(frame + 5, (short) 65500).putShort(frame + 7, (short) 65500);
    String refused = "65500x65500 pixels are more than the limit of 268435456 pixels";
    try (ImageLoader loader = jpeg.loader()) {
      assertEquals(refused, failure(loader, file("large.png", png)));
      assertEquals(refused, failure(loader, file("large.jpg", jpg)));
    }
  }

  @Test
  void theLimitIsInPixels() throws IOException {
    Path path = TestImages.path("420.jpg");
    try (ImageLoader exact = new ImageLoader(61 * 43);
        ImageLoader less = new ImageLoader(61 * 43 - 1)) {
      assertEquals(new ImageSize(61, 43), exact.open(path));
      assertFails(less, path, "61x43 pixels are more than the limit of 2622 pixels");
    }
  }

  /// An image that the heap cannot hold must not end the JVM.
  @Test
  void anImageLargerThanTheHeapIsRefused() throws IOException {
    byte[] png = Files.readAllBytes(TestImages.path("rgb.png"));
    ByteBuffer.wrap(png).putInt(16, 40_000).putInt(20, 40_000);
    Path path = file("large.png", png);
    try (ImageLoader loader = new ImageLoader(Long.MAX_VALUE)) {
      ImageSize size = loader.open(path);
      MemorySegment none = MemorySegment.ofAddress(8).reinterpret(size.rgbBytes());
      String message = assertThrows(ImageException.class, () -> loader.decode(none)).getMessage();
      assertTrue(message.contains("of the Java heap"), message);
    }
  }

  @Test
  void theLoaderIsUsableAfterAFailure() throws IOException {
    try (ImageLoader loader = new ImageLoader(ImageLoader.DEFAULT_MAX_PIXELS)) {
      byte[] whole = Files.readAllBytes(TestImages.path("420.jpg"));
      MemorySegment expected = TestImages.pixels(loader, TestImages.path("420.jpg"));
      assertFails(loader, file("cut.jpg", Arrays.copyOf(whole, 1000)), "JPEG");
      MemorySegment again = TestImages.pixels(loader, TestImages.path("420.jpg"));
      assertArrayEquals(
          expected.toArray(ValueLayout.JAVA_BYTE), again.toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void onlyOffHeapMemoryOfEnoughLengthIsWrittenTo() throws IOException {
    try (ImageLoader loader = new ImageLoader(ImageLoader.DEFAULT_MAX_PIXELS);
        Arena arena = Arena.ofConfined()) {
      MemorySegment right = arena.allocate(61 * 43 * 3);
      assertThrows(IllegalArgumentException.class, () -> loader.decode(right));
      loader.open(TestImages.path("420.jpg"));
      MemorySegment heap = MemorySegment.ofArray(new byte[61 * 43 * 3]);
      MemorySegment less = right.asSlice(1);
      assertThrows(IllegalArgumentException.class, () -> loader.decode(heap));
      assertThrows(IllegalArgumentException.class, () -> loader.decode(less));
      loader.decode(right);
    }
  }

  private Path file(String name, byte... content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private static String failure(ImageLoader loader, Path path) {
    ImageException failure =
        assertThrows(ImageException.class, () -> TestImages.pixels(loader, path));
    assertFalse(failure.getMessage().contains("\n"), failure.getMessage());
    return failure.getMessage();
  }

  private static void assertFails(ImageLoader loader, Path path, String message) {
    String actual = failure(loader, path);
    assertTrue(actual.contains(message), actual);
  }
}
