package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Scales a rectangle of an 8-bit image, RGB or grey, to another size.
///
/// The filter is the triangle (bilinear), widened by the scale when the image shrinks, so that
/// every source pixel counts: first along the rows, then along the columns, in 22-bit fixed point,
/// rounded to 8 bits after each. It is Pillow's `Image.resize(size, Image.BILINEAR, box)`, bit for
/// bit (`Resample.c`), on every machine.
///
/// **Cost.** One multiply-add a tap: `height * newWidth * tapsX + newHeight * newWidth * tapsY`
/// pixels, with 2 taps when enlarging and about twice the scale when shrinking. The weights are
/// computed once: keep a resampler for images of the same size. Not for use by two threads at once.
public final class Resampler implements Scaler {
  private static final int PRECISION = 22;
  private static final int HALF = 1 << (PRECISION - 1);

  private final ImageSize to;
  private final int channels;
  private final ScalingAxis columns;
  private final ScalingAxis rows;
  private final int[] columnWeights;
  private final int[] rowWeights;
  private final byte[] sourceRow;
  private final byte[] narrowed;
  private final int firstRow;
  private final byte[] resultRow;

  /// Scales whole images.
  ///
  /// @param channels 3 for RGB, 1 for grey
  Resampler(ImageSize from, ImageSize to, int channels) {
    this(from, to, channels, 0, 0, from.width(), from.height());
  }

  /// Scales the rectangle from (`left`, `top`) to (`right`, `bottom`) of RGB images, in pixels from
  /// the upper left corner, fractions allowed.
  public Resampler(ImageSize from, ImageSize to, float left, float top, float right, float bottom) {
    this(from, to, 3, left, top, right, bottom);
  }

  private Resampler(
      ImageSize from,
      ImageSize to,
      int channels,
      float left,
      float top,
      float right,
      float bottom) {
    boolean inside = left >= 0 && top >= 0 && right <= from.width() && bottom <= from.height();
    if (!inside || !(left < right) || !(top < bottom)) {
      throw new IllegalArgumentException(
          "no rectangle of %s: %s %s %s %s".formatted(from, left, top, right, bottom));
    }
    this.to = to;
    this.channels = channels;
    columns = ScalingAxis.of(from.width(), left, right, to.width());
    rows = ScalingAxis.of(from.height(), top, bottom, to.height());
    columnWeights = columns.fixed(PRECISION);
    rowWeights = rows.fixed(PRECISION);
    firstRow = rows.first()[0];
    int last = to.height() - 1;
    int usedRows = rows.first()[last] + rows.count()[last] - firstRow;
    sourceRow = new byte[channels * from.width()];
    narrowed = new byte[Math.toIntExact((long) channels * to.width() * usedRows)];
    resultRow = new byte[channels * to.width()];
  }

  /// Scales one image.
  ///
  /// @param source (from.height, from.width, channels)
  /// @param target (to.height, to.width, channels)
  @Override
  public void resize(MemorySegment source, MemorySegment target) {
    int width = channels * to.width();
    int usedRows = narrowed.length / width;
    for (int y = 0; y < usedRows; y++) {
      long at = (long) (firstRow + y) * sourceRow.length;
      MemorySegment.copy(source, ValueLayout.JAVA_BYTE, at, sourceRow, 0, sourceRow.length);
      if (channels == 3) {
        narrow(y * width);
      } else {
        narrowGrey(y * width);
      }
    }
    int[] sums = new int[width];
    for (int y = 0; y < to.height(); y++) {
      combineRows(y, sums);
      MemorySegment.copy(resultRow, 0, target, ValueLayout.JAVA_BYTE, (long) y * width, width);
    }
  }

  private void narrow(int at) {
    for (int x = 0; x < to.width(); x++) {
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      int weight = x * columns.taps();
      int pixel = 3 * columns.first()[x];
      for (int k = columns.count()[x]; k > 0; k--, pixel += 3) {
        int w = columnWeights[weight++];
        red += (sourceRow[pixel] & 0xff) * w;
        green += (sourceRow[pixel + 1] & 0xff) * w;
        blue += (sourceRow[pixel + 2] & 0xff) * w;
      }
      narrowed[at + 3 * x] = toByte(red);
      narrowed[at + 3 * x + 1] = toByte(green);
      narrowed[at + 3 * x + 2] = toByte(blue);
    }
  }

  private void narrowGrey(int at) {
    for (int x = 0; x < to.width(); x++) {
      int sum = HALF;
      int weight = x * columns.taps();
      int pixel = columns.first()[x];
      for (int k = columns.count()[x]; k > 0; k--) {
        sum += (sourceRow[pixel++] & 0xff) * columnWeights[weight++];
      }
      narrowed[at + x] = toByte(sum);
    }
  }

  private void combineRows(int y, int[] sums) {
    Arrays.fill(sums, HALF);
    for (int k = 0; k < rows.count()[y]; k++) {
      int w = rowWeights[y * rows.taps() + k];
      int row = (rows.first()[y] - firstRow + k) * sums.length;
      for (int i = 0; i < sums.length; i++) {
        sums[i] += (narrowed[row + i] & 0xff) * w;
      }
    }
    for (int i = 0; i < sums.length; i++) {
      resultRow[i] = toByte(sums[i]);
    }
  }

  private static byte toByte(int sum) {
    return (byte) Math.min(sum >> PRECISION, 255);
  }
}
