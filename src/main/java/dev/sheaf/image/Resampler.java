package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Scales a rectangle of an 8-bit RGB image to another size.
///
/// The filter is the triangle (bilinear), widened by the scale when the image shrinks, so that
/// every source pixel counts: first along the rows, then along the columns, in 22-bit fixed point,
/// rounded to 8 bits after each. It is Pillow's `Image.resize(size, Image.BILINEAR, box)`, bit for
/// bit (`Resample.c`), on every machine.
///
/// **Cost.** One multiply-add a tap: `height * newWidth * tapsX + newHeight * newWidth * tapsY`
/// pixels, with 2 taps when enlarging and about twice the scale when shrinking. The weights are
/// computed once: keep a resampler for images of the same size. Not for use by two threads at once.
public final class Resampler {
  private static final int PRECISION = 22;
  private static final int HALF = 1 << (PRECISION - 1);

  /// The weights of one axis: output `i` is the sum over `k` of `weights[i * taps + k]` times input
  /// `first[i] + k`, for the first `count[i]` of its taps.
  private record Axis(int taps, int[] first, int[] count, int[] weights) {}

  private final ImageSize from;
  private final ImageSize to;
  private final Axis columns;
  private final Axis rows;
  private final byte[] sourceRow;
  private final byte[] narrowed;
  private final int firstRow;
  private final byte[] resultRow;

  /// Scales whole images.
  public Resampler(ImageSize from, ImageSize to) {
    this(from, to, 0, 0, from.width(), from.height());
  }

  /// Scales the rectangle from (`left`, `top`) to (`right`, `bottom`), in pixels from the upper
  /// left corner, fractions allowed.
  public Resampler(ImageSize from, ImageSize to, float left, float top, float right, float bottom) {
    boolean inside = left >= 0 && top >= 0 && right <= from.width() && bottom <= from.height();
    if (!inside || !(left < right) || !(top < bottom)) {
      throw new IllegalArgumentException(
          "no rectangle of %s: %s %s %s %s".formatted(from, left, top, right, bottom));
    }
    this.from = from;
    this.to = to;
    columns = axis(from.width(), left, right, to.width());
    rows = axis(from.height(), top, bottom, to.height());
    firstRow = rows.first[0];
    int last = to.height() - 1;
    int usedRows = rows.first[last] + rows.count[last] - firstRow;
    sourceRow = new byte[3 * from.width()];
    narrowed = new byte[Math.toIntExact(3L * to.width() * usedRows)];
    resultRow = new byte[3 * to.width()];
  }

  /// The size of the images that it takes.
  public ImageSize from() {
    return from;
  }

  /// Scales one image.
  ///
  /// @param source (from.height, from.width, 3)
  /// @param target (to.height, to.width, 3)
  public void resize(MemorySegment source, MemorySegment target) {
    int width = 3 * to.width();
    int usedRows = narrowed.length / width;
    for (int y = 0; y < usedRows; y++) {
      long at = (long) (firstRow + y) * sourceRow.length;
      MemorySegment.copy(source, ValueLayout.JAVA_BYTE, at, sourceRow, 0, sourceRow.length);
      narrow(y * width);
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
      int weight = x * columns.taps;
      int pixel = 3 * columns.first[x];
      for (int k = columns.count[x]; k > 0; k--, pixel += 3) {
        int w = columns.weights[weight++];
        red += (sourceRow[pixel] & 0xff) * w;
        green += (sourceRow[pixel + 1] & 0xff) * w;
        blue += (sourceRow[pixel + 2] & 0xff) * w;
      }
      narrowed[at + 3 * x] = toByte(red);
      narrowed[at + 3 * x + 1] = toByte(green);
      narrowed[at + 3 * x + 2] = toByte(blue);
    }
  }

  private void combineRows(int y, int[] sums) {
    Arrays.fill(sums, HALF);
    for (int k = 0; k < rows.count[y]; k++) {
      int w = rows.weights[y * rows.taps + k];
      int row = (rows.first[y] - firstRow + k) * sums.length;
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

  /// `precompute_coeffs` and `normalize_coeffs_8bpc`.
  private static Axis axis(int size, float begin, float end, int newSize) {
    double scale = (double) (end - begin) / newSize;
    double width = Math.max(scale, 1);
    int taps = 2 * (int) Math.ceil(width) + 1;
    int[] first = new int[newSize];
    int[] count = new int[newSize];
    int[] weights = new int[newSize * taps];
    double[] exact = new double[taps];
    for (int i = 0; i < newSize; i++) {
      double centre = begin + (i + 0.5) * scale;
      first[i] = Math.max(0, (int) (centre - width + 0.5));
      count[i] = Math.min(size, (int) (centre + width + 0.5)) - first[i];
      double sum = 0;
      for (int k = 0; k < count[i]; k++) {
        exact[k] = Math.max(0, 1 - Math.abs((k + first[i] - centre + 0.5) * (1 / width)));
        sum += exact[k];
      }
      for (int k = 0; k < count[i]; k++) {
        weights[i * taps + k] = (int) (0.5 + exact[k] / sum * (1 << PRECISION));
      }
    }
    return new Axis(taps, first, count, weights);
  }
}
