package dev.sheaf.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.random.KeyedRandom;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngEncoderTest {
  /// Rectangles of few colours, as in drawings, with noise on the right.
  private static byte[] drawing(ImageSize size, int channels) {
    KeyedRandom random = KeyedRandom.of(size.width(), size.height());
    byte[] samples = new byte[(int) size.pixels() * channels];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        int colour = x > size.width() * 0.9 ? random.nextInt() : (x / 50 + y / 20 * 77) * 0x3f7b21;
        for (int channel = 0; channel < channels; channel++) {
          samples[(y * size.width() + x) * channels + channel] = (byte) (colour >> (8 * channel));
        }
      }
    }
    return samples;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 1, 3", "400, 90, 3", "401, 91, 1", "2, 500, 3"})
  void drawingsAreReadAsTheyWere(int width, int height, int channels) throws IOException {
    ImageSize size = new ImageSize(width, height);
    byte[] samples = drawing(size, channels);
    BufferedImage image =
        ImageIO.read(new ByteArrayInputStream(PngEncoder.encodeDrawing(size, channels, samples)));
    assertEquals(size, new ImageSize(image.getWidth(), image.getHeight()));
    assertEquals(channels, image.getRaster().getNumBands());
    int[] read = image.getRaster().getPixels(0, 0, width, height, (int[]) null);
    for (int i = 0; i < samples.length; i++) {
      assertEquals(samples[i] & 0xff, read[i]);
    }
  }

  @Test
  void everyLengthOfRun() throws DataFormatException {
    for (int period = 1; period <= 4; period++) {
      for (int length = 0; length < 600; length++) {
        byte[] bytes = new byte[length + 9];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) (i < 5 || i >= length + 5 ? 200 + 11 * i : i % period);
        }
        byte[] deflated = RunDeflater.deflate(bytes, period);
        assertTrue(deflated.length < 40, length + " in " + deflated.length);
        Inflater inflater = new Inflater(true);
        inflater.setInput(Arrays.copyOf(deflated, deflated.length + 1));
        byte[] inflated = new byte[bytes.length + 1];
        assertEquals(bytes.length, inflater.inflate(inflated));
        assertTrue(inflater.finished());
        assertArrayEquals(bytes, Arrays.copyOf(inflated, bytes.length));
        inflater.end();
      }
    }
  }
}
