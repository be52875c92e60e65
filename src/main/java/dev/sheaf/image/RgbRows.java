package dev.sheaf.image;

import java.awt.color.ColorSpace;
import java.awt.image.ColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The rows of a decoded image as 8-bit RGB.
@FunctionalInterface
interface RgbRows {
  /// Fills `rgb` (3 bytes a pixel) with row `y`.
  void read(int y, byte[] rgb);

  /// Copies all rows of an image of this size to off-heap memory.
  default void copyTo(MemorySegment rgb, ImageSize size) {
    byte[] row = new byte[3 * size.width()];
    for (int y = 0; y < size.height(); y++) {
      read(y, row);
      MemorySegment.copy(row, 0, rgb, ValueLayout.JAVA_BYTE, (long) y * row.length, row.length);
    }
  }

  /// The same rows as integers.
  default ImageRows widened(ImageSize size) {
    byte[] row = new byte[3 * size.width()];
    return (y, rgb) -> {
      read(y, row);
      for (int i = 0; i < row.length; i++) {
        rgb[i] = row[i] & 0xff;
      }
    };
  }

  /// The rows of pixels in memory, (height, width, 3) row-major.
  static RgbRows of(MemorySegment pixels) {
    return (y, rgb) ->
        MemorySegment.copy(
            pixels, ValueLayout.JAVA_BYTE, (long) y * rgb.length, rgb, 0, rgb.length);
  }

  /// The rows of an image of any of ImageIO's kinds: palettes are looked up, grey is repeated,
  /// alpha is dropped, of longer samples the high byte is taken, shorter ones are stretched to
  /// 0..255. Colour profiles are not applied.
  static RgbRows of(Raster raster, ColorModel model) throws ImageException {
    if (model instanceof IndexColorModel palette) {
      return looked(raster, palette);
    }
    int space = model.getColorSpace().getType();
    int type = raster.getTransferType();
    if (space != ColorSpace.TYPE_RGB && space != ColorSpace.TYPE_GRAY) {
      throw new ImageException("a colour space other than RGB and grey");
    }
    if (type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE) {
      throw new ImageException("samples in floating point");
    }
    return of(raster);
  }

  /// The rows of a raster of grey or RGB samples, perhaps with alpha.
  static RgbRows of(Raster raster) {
    return raster.getSampleModel() instanceof ComponentSampleModel
            && raster.getDataBuffer() instanceof DataBufferByte buffer
            && buffer.getNumBanks() == 1
        ? bytes(raster, buffer)
        : samples(raster);
  }

  private static RgbRows bytes(Raster raster, DataBufferByte buffer) {
    ComponentSampleModel model = (ComponentSampleModel) raster.getSampleModel();
    byte[] data = buffer.getData();
    int[] bands = model.getBandOffsets();
    boolean grey = bands.length < 3;
    int red = bands[0];
    int green = grey ? red : bands[1];
    int blue = grey ? red : bands[2];
    int step = model.getPixelStride();
    int origin =
        buffer.getOffset()
            - raster.getSampleModelTranslateY() * model.getScanlineStride()
            - raster.getSampleModelTranslateX() * step;
    return (y, rgb) -> {
      int from = origin + y * model.getScanlineStride();
      for (int i = 0; i < rgb.length; i += 3, from += step) {
        rgb[i] = data[from + red];
        rgb[i + 1] = data[from + green];
        rgb[i + 2] = data[from + blue];
      }
    };
  }

  private static RgbRows samples(Raster raster) {
    int bands = raster.getNumBands();
    int[] row = new int[bands * raster.getWidth()];
    int[] bits = raster.getSampleModel().getSampleSize();
    return (y, rgb) -> {
      raster.getPixels(0, y, raster.getWidth(), 1, row);
      for (int i = 0, from = 0; i < rgb.length; i += 3, from += bands) {
        for (int colour = 0; colour < 3; colour++) {
          int band = bands < 3 ? 0 : colour;
          rgb[i + colour] = toByte(row[from + band], bits[band]);
        }
      }
    };
  }

  private static byte toByte(int sample, int bits) {
    int most = (1 << bits) - 1;
    return (byte) (bits >= 8 ? sample >>> (bits - 8) : (sample * 255 + most / 2) / most);
  }

  private static RgbRows looked(Raster raster, IndexColorModel palette) {
    int[] row = new int[raster.getWidth()];
    return (y, rgb) -> {
      raster.getSamples(0, y, row.length, 1, 0, row);
      for (int x = 0; x < row.length; x++) {
        rgb[3 * x] = (byte) palette.getRed(row[x]);
        rgb[3 * x + 1] = (byte) palette.getGreen(row[x]);
        rgb[3 * x + 2] = (byte) palette.getBlue(row[x]);
      }
    };
  }
}
