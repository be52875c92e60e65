package dev.sheaf.image;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ResamplerTest {
  /// Pillow's `resize(size, Image.BILINEAR, box)`, by `make.py` beside the images.
  @Test
  void equalsPillowBitForBit() throws ImageException {
    try (ImageLoader loader = new ImageLoader(ImageLoader.DEFAULT_MAX_PIXELS)) {
      ImageSize size = loader.open(TestImages.path("rgb.png"));
      MemorySegment source = TestImages.pixels(loader, TestImages.path("rgb.png"));
      assertAll(
          TestImages.table("resized.tsv").stream()
              .map(row ->
                  () -> {
                    float[] box = new float[4];
                    for (int i = 0; i < 4; i++) {
                      box[i] = Float.parseFloat(row[i]);
                    }
                    ImageSize to =
                        new ImageSize(Integer.parseInt(row[4]), Integer.parseInt(row[5]));
                    MemorySegment target = Arena.ofAuto().allocate(to.rgbBytes());
                    new Resampler(size, to, box[0], box[1], box[2], box[3]).resize(source, target);
                    assertEquals(row[6], TestImages.sha256(target), String.join(" ", row));
                  }));
    }
  }

  /// Thousands of weights, each rounded: a white line must stay white.
  @Test
  void whiteStaysWhite() {
    ImageSize from = new ImageSize(60_000, 1);
    ImageSize to = new ImageSize(1, 1);
    MemorySegment source = Arena.ofAuto().allocate(from.rgbBytes()).fill((byte) 255);
    MemorySegment target = Arena.ofAuto().allocate(to.rgbBytes());
    new Resampler(from, to, 3).resize(source, target);
    assertEquals(-1, target.mismatch(Arena.ofAuto().allocate(3).fill((byte) 255)));
  }

  @Test
  void refusesBoxesOutsideTheImage() {
    ImageSize size = new ImageSize(10, 10);
    assertThrows(IllegalArgumentException.class, () -> new Resampler(size, size, -0.5f, 0, 10, 10));
    assertThrows(IllegalArgumentException.class, () -> new Resampler(size, size, 0, 0, 10, 10.5f));
    assertThrows(IllegalArgumentException.class, () -> new Resampler(size, size, 5, 0, 5, 10));
  }
}
