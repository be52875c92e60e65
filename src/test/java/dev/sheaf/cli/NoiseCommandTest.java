package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.random.KeyedRandom;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoiseCommandTest {
  @TempDir private Path out;

  private Cli noise(String words) {
    return Cli.run(
        Stream.concat(
                Stream.of("noise", "--quiet", "--out", out.toString()),
                Stream.of(words.split(" ", -1)))
            .toArray(String[]::new));
  }

  /// The bytes of the stream's draws, lowest first.
  private static byte[] expected(long seed, long item, int count) {
    KeyedRandom random = KeyedRandom.of(seed, item);
    byte[] bytes = new byte[count];
    long draw = 0;
    for (int k = 0; k < count; k++) {
      draw = k % 8 == 0 ? random.nextLong() : draw >>> 8;
      bytes[k] = (byte) draw;
    }
    return bytes;
  }

  /// Sizes with less than a stored block of DEFLATE (65,535 bytes), exactly one, and several.
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "5, 3, 3", "254, 257, 1", "21844, 1, 3", "200, 211, 3"})
  void pngsHoldTheStreams(int width, int height, int channels) throws IOException {
    Cli cli = noise("-n 2 --size %dx%d --channels %d --seed 7".formatted(width, height, channels));
    assertEquals(0, cli.status(), cli.err());
    for (int item = 0; item < 2; item++) {
      BufferedImage image = ImageIO.read(out.resolve("noise/" + item + ".png").toFile());
      Raster raster = image.getRaster();
      assertEquals(width, raster.getWidth());
      assertEquals(height, raster.getHeight());
      assertEquals(channels, raster.getNumBands());
      byte[] samples = new byte[width * height * channels];
      int k = 0;
      for (int sample : raster.getPixels(0, 0, width, height, (int[]) null)) {
        samples[k++] = (byte) sample;
      }
      assertArrayEquals(expected(7, item, samples.length), samples);
    }
  }

  @Test
  void anArrayHoldsTheSame() throws IOException {
    assertEquals(0, noise("-n 3 --size 5x3 --seed 7 --format npy --ranks 2").status());
    byte[] npy = Files.readAllBytes(out.resolve("noise.npy"));
    assertEquals(128 + 3 * 45, npy.length);
    assertTrue(new String(npy, 0, 128, StandardCharsets.ISO_8859_1).contains("(3, 3, 5, 3)"));
    for (int item = 0; item < 3; item++) {
      int from = 128 + item * 45;
      assertArrayEquals(expected(7, item, 45), Arrays.copyOfRange(npy, from, from + 45));
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "3"})
  void jpegs(int channels) throws IOException {
    assertEquals(0, noise("-n 1 --size 40x30 --format jpg --channels " + channels).status());
    BufferedImage image = ImageIO.read(out.resolve("noise/0.jpg").toFile());
    assertEquals(40, image.getWidth());
    assertEquals(30, image.getHeight());
    assertEquals(channels, image.getRaster().getNumBands());
  }

  @Test
  void itsOwnFilesAreReplacedOthersAreNot() throws IOException {
    assertEquals(0, noise("-n 3 --size 4x4").status());
    assertEquals(0, noise("-n 3 --size 8x8").status());
    assertEquals(8, ImageIO.read(out.resolve("noise/2.png").toFile()).getWidth());
    Cli fewer = noise("-n 2 --size 9x9");
    assertEquals(2, fewer.status());
    assertEquals(
        "sheaf noise: %s: has other files in it, such as 2.png; give another --out\n"
            .formatted(out.resolve("noise")),
        fewer.err());
    assertEquals(8, ImageIO.read(out.resolve("noise/0.png").toFile()).getWidth());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-n -1              | -n -1: must not be negative",
        "--size 0x5         | --size 0x5: not WIDTHxHEIGHT",
        "--size 99999x99999 | --size 99999x99999: more than 1073741824 bytes",
        "--channels 2       | --channels 2: give 1 for grey or 3 for RGB",
        "--size 65501x1 --format jpg | --size 65501x1: a JPEG has at most 65500",
        "--format gif       | Invalid value for option '--format'"
      })
  void inputErrors(String words, String message) {
    Cli cli = noise(words);
    assertEquals(2, cli.status());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().contains(message), cli.err());
    assertFalse(Files.exists(out.resolve("noise")));
  }
}
