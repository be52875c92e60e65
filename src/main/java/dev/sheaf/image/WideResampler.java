package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// [Resampler] for samples of more than 8 bits: the same filter with weights and sums in double,
/// rounded to the type of samples after each direction, as Pillow does it for its modes `F` and `I`
/// (`ImagingResampleHorizontal_32bpc`).
final class WideResampler implements Scaler {
  private final ImageSize from;
  private final ImageSize to;
  private final PixelFormat format;
  private final ScalingAxis columns;
  private final ScalingAxis rows;
  private final double[] sourceRow;
  private final double[][] narrowed;
  private final double[] resultRow;

  WideResampler(ImageSize from, ImageSize to, PixelFormat format) {
    this.from = from;
    this.to = to;
    this.format = format;
    columns = ScalingAxis.of(from.width(), 0, from.width(), to.width());
    rows = ScalingAxis.of(from.height(), 0, from.height(), to.height());
    sourceRow = new double[format.channels() * from.width()];
    narrowed = new double[rows.taps()][format.channels() * to.width()];
    resultRow = new double[format.channels() * to.width()];
  }

  @Override
  public void resize(MemorySegment source, MemorySegment target) {
    int next = 0;
    for (int y = 0; y < to.height(); y++) {
      int first = rows.first()[y];
      int end = first + rows.count()[y];
      // The last `taps` rows are kept, each in the place of its number modulo `taps`.
      for (next = Math.max(next, first); next < end; next++) {
        format.type().read(source, next * rowBytes(from), sourceRow);
        narrow(narrowed[next % rows.taps()]);
      }
      combine(y);
      format.type().write(resultRow, target, y * rowBytes(to));
    }
  }

  private long rowBytes(ImageSize size) {
    return (long) size.width() * format.bytes();
  }

  private void narrow(double[] row) {
    int channels = format.channels();
    for (int x = 0; x < to.width(); x++) {
      int pixel = channels * columns.first()[x];
      for (int channel = 0; channel < channels; channel++) {
        double sum = 0;
        for (int k = 0; k < columns.count()[x]; k++) {
          sum += sourceRow[pixel + channels * k + channel] * columns.weight(x, k);
        }
        row[channels * x + channel] = rounded(sum);
      }
    }
  }

  private void combine(int y) {
    Arrays.fill(resultRow, 0);
    for (int k = 0; k < rows.count()[y]; k++) {
      double[] row = narrowed[(rows.first()[y] + k) % rows.taps()];
      double weight = rows.weight(y, k);
      for (int i = 0; i < resultRow.length; i++) {
        resultRow[i] += row[i] * weight;
      }
    }
    for (int i = 0; i < resultRow.length; i++) {
      resultRow[i] = rounded(resultRow[i]);
    }
  }

  private double rounded(double sum) {
    return switch (format.type()) {
      case UINT8, UINT16 -> Math.floor(sum + 0.5);
      case FLOAT32 -> (float) sum;
      case FLOAT64 -> sum;
    };
  }
}
