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
final class ImageIoJpegDecoder implements PixelDecoder {
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
  public ImageSize size(MemorySegment file) throws ImageException {
    return JpegHeader.parse(file).rgbSize();
  }

  @Override
  public void decode(MemorySegment file, ImageSize size, MemorySegment rgb) throws ImageException {
    JpegHeader.Colour colour = JpegHeader.parse(file).colour();
    Raster raster =
        source.with(
            file,
            reader -> {
              ImageIoSource.checkHeap(size, colour == JpegHeader.Colour.GREY ? 8 : 24);
              return reader.readRaster(0, null);
            });
    RgbRows rows = RgbRows.of(raster);
    if (colour == JpegHeader.Colour.YCBCR) {
      rows = converted(rows);
    }
    rows.copyTo(rgb, size);
  }

  /// YCbCr to RGB in 16-bit fixed point (`ycc_rgb_convert` in jdcolor.c).
  private static RgbRows converted(RgbRows ycbcr) {
    return (y, row) -> {
      ycbcr.read(y, row);
      for (int i = 0; i < row.length; i += 3) {
        int luma = row[i] & 0xff;
        int cb = (row[i + 1] & 0xff) - 128;
        int cr = (row[i + 2] & 0xff) - 128;
        row[i] = clamped(luma + ((91881 * cr + HALF) >> 16));
        row[i + 1] = clamped(luma + ((-22554 * cb - 46802 * cr + HALF) >> 16));
        row[i + 2] = clamped(luma + ((116130 * cb + HALF) >> 16));
      }
    };
  }

  private static byte clamped(int value) {
    return (byte) Math.clamp(value, 0, 255);
  }
}
