package dev.sheaf.image;

import java.lang.foreign.MemorySegment;

/// FITS images (FITS Standard 4.0): the first image of a file, its primary array or that of an
/// extension `IMAGE`, that has two dimensions; more are let be where they are of length 1.
///
/// The rows are those of `astropy.io.fits`: the first is the lowest of the picture. So are the
/// values: `BZERO + BSCALE` times what is stored, in float32 where that has 8 or 16 bits or is
/// float32, else in float64; NaN where an integer is `BLANK`. They are converted to
///
/// - `float32` by rounding to the nearest,
/// - `uint8` and `uint16` by rounding to the nearest integer; the image fails if one of them is NaN
///   or outside of the type: FITS has no scale that would say what should become of it.
///
/// As RGB the values are repeated. The header is read by nom-tam-fits; the pixels are taken
/// straight from the file.
final class FitsDecoder implements PixelDecoder {
  private FitsHeader header;

  /// Whether the file starts as every FITS file does.
  static boolean isFits(MemorySegment file) {
    return FitsHeader.isFits(file);
  }

  @Override
  public String name() {
    return "nom-tam-fits";
  }

  @Override
  public PixelFormat format() {
    return new PixelFormat(SampleType.FLOAT32, 1);
  }

  @Override
  public ImageSize size(MemorySegment file) throws ImageException {
    header = FitsHeader.parse(file);
    return header.size();
  }

  @Override
  public void decode(MemorySegment file, ImageSize size, PixelFormat format, MemorySegment pixels)
      throws ImageException {
    MemorySegment data = header.data(file);
    long storedBytes = (long) size.width() * header.sampleBytes();
    long rowBytes = (long) size.width() * format.bytes();
    double[] values = new double[size.width()];
    double[] row = new double[size.width() * format.channels()];
    for (int y = 0; y < size.height(); y++) {
      header.read(data, y * storedBytes, values);
      if (format.type().largest() < Double.POSITIVE_INFINITY) {
        round(values, y, format.type());
      }
      for (int i = 0; i < row.length; i++) {
        row[i] = values[i / format.channels()];
      }
      format.type().write(row, pixels, y * rowBytes);
    }
  }

  private static void round(double[] values, int y, SampleType type) throws ImageException {
    for (int x = 0; x < values.length; x++) {
      double rounded = Math.rint(values[x]);
      if (!(rounded >= 0 && rounded <= type.largest())) {
        throw new ImageException(
            "%s in row %d, column %d (from 0) is no %s; float32 and float64 hold it"
                .formatted(values[x], y, x, type.label()));
      }
      values[x] = rounded;
    }
  }
}
