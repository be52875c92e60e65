package dev.sheaf.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class JpegEncoderTest {
  /// `420.jpg` is `cjpeg -quality 90 -sample 2x2` of the pixels of `rgb.png`.
  @Test
  void equalsCjpegButForTheVersion() throws IOException {
    byte[] expected = Files.readAllBytes(TestImages.path("420.jpg"));
    try (ImageLoader loader = new ImageLoader(ImageLoader.DEFAULT_MAX_PIXELS);
        JpegEncoder encoder = new JpegEncoder(90)) {
      ImageSize size = loader.open(TestImages.path("rgb.png"));
      MemorySegment rgb = TestImages.pixels(loader, TestImages.path("rgb.png"));
      for (int time = 0; time < 2; time++) {
        byte[] actual = encoder.encode(size, rgb);
        assertEquals(2, actual[12], "JFIF 1.02");
        actual[12] = expected[12];
        assertArrayEquals(expected, actual);
      }
    }
  }
}
