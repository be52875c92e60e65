package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Convolves rows of an image with several filters in one pass over them. One a thread.
///
/// Only the places that are wanted are computed, each by the same operations in the same order as
/// by SciPy's `convolve2d` (`pylab_convolve_2d` in `_firfilter.c`): from 0, row by row of the
/// filter and column by column, a product of doubles is added, that of the zeros around the image
/// too; nothing is fused. So the result has the same bits on any machine, as SciPy has them on
/// x86-64; a NaN is always the same NaN.
///
/// Neighbouring outputs are computed side by side, by loops that are compiled to SIMD: pixels a
/// stride apart are first put next to each other, for all filters at once. A pass over an image of
/// 3000x3000 by four filters of 4x4 with a stride of 5 takes 2.3 times as long as copying its rows.
public final class Convolver {
  private static final ValueLayout.OfDouble PIXEL = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfDouble OUTPUT = PIXEL.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Taps (an element of a filter and the pixels under it) that are added at a time.
  private static final int TAPS = 4;

  /// Outputs of a row that are computed at a time: their sums stay in the processor's cache.
  private static final int OUTPUTS = 1024;

  /// Rows of the image that are read at a time: upwards, as the processor foresees; they are used
  /// downwards.
  private static final int LINES = 8;

  /// Pixels of a row that are looked at for them, and as many as a filter is wide.
  private static final int PIXELS = 1 << 14;

  /// The most filters of one pass.
  public static final int FILTERS = 8;

  private final Convolution shape;
  private final double[][] all;

  /// The filters of a pass; one of zeros behind them if their number is odd.
  private double[][] filters;

  /// The sums of some outputs of each filter.
  private final double[][] sums;

  /// The pixels under some taps at these outputs.
  private final double[][] pixels;

  /// Pixels under rows of the filters.
  private final double[][] lines;

  /// For filters of the shape's size.
  ///
  /// @param filters their elements, row by row
  public Convolver(Convolution shape, double[][] filters) {
    this.shape = shape;
    this.all = filters;
    int outputs = (int) Math.min(shape.outWidth(), Math.clamp(PIXELS / shape.stride(), 1, OUTPUTS));
    sums = new double[FILTERS][outputs];
    pixels = new double[TAPS][outputs];
    lines =
        new double[Math.min(LINES, shape.filterHeight())]
            [(outputs - 1) * shape.stride() + shape.filterWidth()];
  }

  /// Computes rows of the output of some filters.
  ///
  /// @param image rows of the image, doubles: those from [Convolution#firstNeeded] of the output's
  ///   first row to [Convolution#endNeeded] behind its last one
  /// @param from the first row of the output
  /// @param rows how many
  /// @param filter the first filter
  /// @param count how many, 1 to [#FILTERS]
  /// @param out room for (filters, rows, [Convolution#outWidth]) doubles, little-endian
  public void convolve(
      MemorySegment image, long from, int rows, int filter, int count, MemorySegment out) {
    filters = Arrays.copyOfRange(all, filter, filter + count + count % 2);
    if (count % 2 > 0) {
      filters[count] = new double[shape.filterHeight() * shape.filterWidth()];
    }
    long first = shape.firstNeeded(from);
    long width = shape.outWidth();
    int outputs = pixels[0].length;
    for (int row = 0; row < rows; row++) {
      for (long column = 0; column < width; column += outputs) {
        int n = (int) Math.min(outputs, width - column);
        add(image, first, from + row, column, n);
        for (int i = 0; i < count; i++) {
          uniqueNans(sums[i], n);
          long place = ((long) i * rows + row) * width + column;
          MemorySegment.copy(sums[i], 0, out, OUTPUT, place * Double.BYTES, n);
        }
      }
    }
  }

  /// Sums up `n` outputs of a row for all filters.
  private void add(MemorySegment image, long first, long outRow, long outColumn, int n) {
    for (int filter = 0; filter < filters.length; filter++) {
      Arrays.fill(sums[filter], 0, n, 0);
    }
    int width = shape.filterWidth();
    int taps = shape.filterHeight() * width;
    int gathered = 0;
    for (int tap = 0; tap < taps; tap++) {
      int column = tap % width;
      int row = tap / width;
      if (column == 0 && row % lines.length == 0) {
        for (int i = Math.min(lines.length, shape.filterHeight() - row) - 1; i >= 0; i--) {
          long from = shape.lastColumn(outColumn) - width + 1;
          read(image, first, shape.lastRow(outRow) - row - i, from, n, lines[i]);
        }
      }
      gather(lines[row % lines.length], width - 1 - column, pixels[gathered++], n);
      if (gathered == TAPS || tap == taps - 1) {
        add(tap - gathered + 1, gathered, n);
        gathered = 0;
      }
    }
  }

  /// Reads the pixels of a row that `n` outputs need, from `column` on; there are zeros around the
  /// image.
  private void read(MemorySegment image, long first, long row, long column, int n, double[] line) {
    int length = (n - 1) * shape.stride() + shape.filterWidth();
    if (row < 0 || row >= shape.height()) {
      Arrays.fill(line, 0, length, 0);
      return;
    }
    int from = Math.clamp(-column, 0, length);
    int to = Math.clamp(shape.width() - column, from, length);
    Arrays.fill(line, 0, from, 0);
    Arrays.fill(line, to, length, 0);
    long place = (row - first) * shape.width() + column + from;
    MemorySegment.copy(image, PIXEL, place * Double.BYTES, line, from, to - from);
  }

  /// Puts every stride-th pixel of the line, from `first` on, next to each other.
  private void gather(double[] line, int first, double[] into, int n) {
    int stride = shape.stride();
    if (stride == 1) {
      System.arraycopy(line, first, into, 0, n);
      return;
    }
    for (int i = 0, from = first; i < n; i++, from += stride) {
      into[i] = line[from];
    }
  }

  /// Adds some taps to the sums of all filters, two filters at a time: then each pixel is loaded
  /// half as often.
  private void add(int tap, int taps, int n) {
    for (int filter = 0; filter < filters.length; filter += 2) {
      double[] c = filters[filter];
      double[] d = filters[filter + 1];
      if (taps == TAPS) {
        addFour(sums[filter], sums[filter + 1], pixels, c, d, tap, n);
      } else {
        for (int i = 0; i < taps; i++) {
          addOne(sums[filter], sums[filter + 1], pixels[i], c[tap + i], d[tap + i], n);
        }
      }
    }
  }

  /// All loads come before the stores: else the compiler must fear that a store changes what is
  /// loaded.
  private static void addFour(
      double[] a, double[] b, double[][] pixels, double[] c, double[] d, int tap, int n) {
    double[] p0 = pixels[0];
    double[] p1 = pixels[1];
    double[] p2 = pixels[2];
    double[] p3 = pixels[3];
    double c0 = c[tap];
    double c1 = c[tap + 1];
    double c2 = c[tap + 2];
    double c3 = c[tap + 3];
    double d0 = d[tap];
    double d1 = d[tap + 1];
    double d2 = d[tap + 2];
    double d3 = d[tap + 3];
    for (int i = 0; i < n; i++) {
      double s = a[i];
      double t = b[i];
      double w = p0[i];
      double x = p1[i];
      double y = p2[i];
      double z = p3[i];
      a[i] = s + w * c0 + x * c1 + y * c2 + z * c3;
      b[i] = t + w * d0 + x * d1 + y * d2 + z * d3;
    }
  }

  private static void addOne(double[] a, double[] b, double[] pixels, double c, double d, int n) {
    for (int i = 0; i < n; i++) {
      double s = a[i];
      double t = b[i];
      double x = pixels[i];
      a[i] = s + x * c;
      b[i] = t + x * d;
    }
  }

  /// Which NaN a sum is depends on how the compiler has ordered its operands.
  private static void uniqueNans(double[] values, int n) {
    for (int i = 0; i < n; i++) {
      if (Double.isNaN(values[i])) {
        values[i] = Double.NaN;
      }
    }
  }
}
