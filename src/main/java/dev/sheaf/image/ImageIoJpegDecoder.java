package dev.sheaf.image;

import java.awt.image.Raster;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/// JPEG by the JDK's own decoder (libjpeg 6b), where libjpeg-turbo is not installed.
///
/// It reads the stored samples and converts them with libjpeg's integer arithmetic, because
/// ImageIO's own conversion would apply an embedded colour profile, and guesses the colour space of
/// files without a JFIF or Adobe marker otherwise than libjpeg does. The pixels equal
/// [TurboDecoder]'s but for two rare kinds: chroma halved only vertically (4:4:0), which 6b repeats
/// and libjpeg-turbo 2.1 interpolates, and arithmetic coding, which 6b refuses.
final class ImageIoJpegDecoder extends JpegDecoder {
  private static final int HALF = 1 << 15;

  private final ImageIoSource source;

  ImageIoJpegDecoder() {
    try {
      ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
      source = new ImageIoSource(reader.getOriginatingProvider());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String name() {
    return "ImageIO";
  }

  @Override
  void decode(MemorySegment file, ImageSize size, MemorySegment rgb) throws ImageException {
    JpegHeader.Colour colour = colour();
    Raster raster =
        source.with(
            file,
            reader -> {
              ImageIoSource.checkHeap(size, 8 * colour.components());
              return reader.readRaster(0, null);
            });
    RgbRows rows =
        switch (colour) {
          case GREY, RGB -> RgbRows.of(raster);
          case YCBCR -> converted(RgbRows.of(raster));
          case YCCK, CMYK -> fromCmyk(raster, colour);
        };
    rows.copyTo(rgb, size);
  }

  private static RgbRows fromCmyk(Raster raster, JpegHeader.Colour colour) {
    byte[] cmyk = new byte[Cmyk.CHANNELS * raster.getWidth()];
    return (y, row) -> {
      raster.getDataElements(0, y, raster.getWidth(), 1, cmyk);
      if (colour == JpegHeader.Colour.YCCK) {
        toRgb(cmyk, Cmyk.CHANNELS);
        for (int i = 0; i < cmyk.length; i++) {
          if (i % Cmyk.CHANNELS != 3) {
            cmyk[i] = (byte) ~cmyk[i];
          }
        }
      }
      Cmyk.toRgb(cmyk, row);
    };
  }

  private static RgbRows converted(RgbRows ycbcr) {
    return (y, row) -> {
      ycbcr.read(y, row);
      toRgb(row, 3);
    };
  }

  /// YCbCr to RGB in 16-bit fixed point (`ycc_rgb_convert` in jdcolor.c).
  private static void toRgb(byte[] row, int channels) {
    for (int i = 0; i < row.length; i += channels) {
      int luma = row[i] & 0xff;
      int cb = (row[i + 1] & 0xff) - 128;
      int cr = (row[i + 2] & 0xff) - 128;
      row[i] = clamped(luma + ((91881 * cr + HALF) >> 16));
      row[i + 1] = clamped(luma + ((-22554 * cb - 46802 * cr + HALF) >> 16));
      row[i + 2] = clamped(luma + ((116130 * cb + HALF) >> 16));
    }
  }

  private static byte clamped(int value) {
    return (byte) Math.clamp(value, 0, 255);
  }
}
