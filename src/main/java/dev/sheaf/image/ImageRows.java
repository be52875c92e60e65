package dev.sheaf.image;

import java.awt.image.Raster;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The rows of a decoded image as integer RGB samples of 8 or 16 bits.
@FunctionalInterface
interface ImageRows {
  /// Fills `rgb` (3 samples a pixel) with row `y`.
  void read(int y, int[] rgb);

  /// Converts all rows of an image of this size: first to grey, if that is asked for, then to the
  /// type of samples.
  ///
  /// @param bits of a sample; 8 if the format is of 8
  default void convertTo(PixelFormat format, int bits, ImageSize size, MemorySegment pixels) {
    int factor = bits == 8 && format.type() == SampleType.UINT16 ? 257 : 1;
    int[] rgb = new int[3 * size.width()];
    boolean grey = format.channels() == 1;
    int[] row = grey ? new int[size.width()] : rgb;
    long rowBytes = (long) size.width() * format.bytes();
    for (int y = 0; y < size.height(); y++) {
      read(y, rgb);
      if (grey) {
        grey(rgb, row);
      }
      format.type().write(row, factor, pixels, y * rowBytes);
    }
  }

  /// Whether a raster has samples of more than 8 bits.
  static boolean isDeep(Raster raster) {
    return Arrays.stream(raster.getSampleModel().getSampleSize()).anyMatch(bits -> bits > 8);
  }

  /// The rows of a raster of grey or RGB samples, perhaps with alpha, with 16 bits a sample:
  /// shorter ones are stretched to 0..65535 by repeating their bits, of longer ones the high bits
  /// are taken.
  static ImageRows deep(Raster raster) {
    int bands = raster.getNumBands();
    int[] bits = raster.getSampleModel().getSampleSize();
    int[] row = new int[bands * raster.getWidth()];
    return (y, rgb) -> {
      raster.getPixels(0, y, raster.getWidth(), 1, row);
      for (int i = 0, from = 0; i < rgb.length; i += 3, from += bands) {
        for (int colour = 0; colour < 3; colour++) {
          int band = bands < 3 ? 0 : colour;
          rgb[i + colour] = stretched(row[from + band], bits[band]);
        }
      }
    };
  }

  private static int stretched(int sample, int bits) {
    if (bits >= 16) {
      return sample >>> (bits - 16);
    }
    int stretched = sample << (16 - bits);
    for (int have = bits; have < 16; have *= 2) {
      stretched |= stretched >>> have;
    }
    return stretched;
  }

  /// Luma of ITU-R BT.601 in 16-bit fixed point, as Pillow's `convert("L")` has it; of 16-bit
  /// samples the sum just fits into an unsigned `int`.
  private static void grey(int[] rgb, int[] grey) {
    for (int x = 0; x < grey.length; x++) {
      int luma = rgb[3 * x] * 19595 + rgb[3 * x + 1] * 38470 + rgb[3 * x + 2] * 7471;
      grey[x] = (luma + 0x8000) >>> 16;
    }
  }
}
