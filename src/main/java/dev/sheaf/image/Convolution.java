package dev.sheaf.image;

import dev.sheaf.InputException;
import java.util.Locale;

/// The shape of a 2-D convolution of which every stride-th row and column is wanted: that of
/// `scipy.signal.convolve2d(image, filter, mode)[::stride, ::stride]`, with zeros around the image.
///
/// @param height rows of the image, 1 or more
/// @param width its columns, 1 or more
/// @param filterHeight rows of every filter, 1 or more
/// @param filterWidth their columns, 1 or more
/// @param mode which places of the convolution there are
/// @param stride how many places on the next one is that is wanted, 1 or more
public record Convolution(
    long height, long width, int filterHeight, int filterWidth, Mode mode, int stride) {
  /// Which places a convolution has.
  public enum Mode {
    /// Wherever image and filter overlap: `height + filterHeight - 1` rows.
    FULL,
    /// As many as the image has pixels, the middle of `FULL`.
    SAME,
    /// Where the whole filter lies on the image: `height - filterHeight + 1` rows.
    VALID;

    /// SciPy's name, and the name on the command line.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// The index of the image's row (or column) under the first row of a filter of this length, at
    /// the first place.
    private int first(int filter) {
      return switch (this) {
        case FULL -> 0;
        case SAME -> (filter - 1) / 2;
        case VALID -> filter - 1;
      };
    }

    private long places(long image, int filter) {
      return switch (this) {
        case FULL -> image + filter - 1;
        case SAME -> image;
        case VALID -> image - filter + 1;
      };
    }
  }

  /// Checks the numbers.
  ///
  /// @throws InputException if the stride is not 1 or more, or in `VALID` no place remains: there
  ///   SciPy would swap image and filter
  public Convolution {
    if (stride < 1) {
      throw new InputException("--stride " + stride + ": must be at least 1");
    }
    if (mode == Mode.VALID && (filterHeight > height || filterWidth > width)) {
      throw new InputException(
          "--mode valid: no filter of %dx%d lies within an image of %dx%d; give smaller filters, or --mode full or same"
              .formatted(filterHeight, filterWidth, height, width));
    }
  }

  /// The rows of the output.
  public long outHeight() {
    return Math.ceilDiv(mode.places(height, filterHeight), (long) stride);
  }

  /// The columns of the output.
  public long outWidth() {
    return Math.ceilDiv(mode.places(width, filterWidth), (long) stride);
  }

  /// The row of the image under the first row of the filters at a row of the output; the filters'
  /// other rows are on those before it. May lie outside of the image.
  long lastRow(long outRow) {
    return outRow * stride + mode.first(filterHeight);
  }

  /// As [#lastRow], of columns.
  long lastColumn(long outColumn) {
    return outColumn * stride + mode.first(filterWidth);
  }

  /// The first row of the image that the output from this row on needs.
  public long firstNeeded(long outRow) {
    return Math.clamp(lastRow(outRow) - filterHeight + 1, 0, height);
  }

  /// The row of the image after the last one that the output up to before this row needs.
  public long endNeeded(long outRow) {
    return Math.clamp(lastRow(outRow - 1) + 1, 0, height);
  }
}
