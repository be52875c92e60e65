package dev.sheaf.workload;

import dev.sheaf.image.Convolution;
import dev.sheaf.image.Convolver;
import dev.sheaf.map.Items;
import java.util.function.LongFunction;

/// The items of a convolution: bands of rows of the output, of a group of filters each; all bands
/// of one group follow one another.
///
/// @param shape the convolution's
/// @param filters how many filters
/// @param group filters of a group
/// @param height rows of a band
record Bands(Convolution shape, int filters, int group, long height) {
  /// About so many bytes of a band's output a filter.
  private static final long BYTES = 64 << 10;

  /// So many bands are enough to share.
  private static final int ENOUGH = 16;

  /// Bands of as many filters as one pass has, but of fewer where that would leave too few bands to
  /// share. Not of one alone: two are computed as fast.
  static Bands ofSomeFilters(Convolution shape, int filters) {
    Bands bands = of(shape, filters, Math.min(filters, Convolver.FILTERS));
    while (bands.group > 2 && bands.count() < ENOUGH) {
      bands = of(shape, filters, Math.ceilDiv(bands.group, 2));
    }
    return bands;
  }

  /// Bands of all filters, for whom has to read the rows of the image for each of them.
  static Bands ofAllFilters(Convolution shape, int filters) {
    return of(shape, filters, filters);
  }

  /// Bands large enough to be worth a call of the system to write them, and so large that the
  /// filters don't reach over more rows than a band has of its own; small enough to share them
  /// evenly. The same for any ranks, threads and memory, as a resumed run may have others.
  private static Bands of(Convolution shape, int filters, int group) {
    long height =
        Math.max(
            BYTES / (shape.outWidth() * Double.BYTES),
            Math.ceilDiv(shape.filterHeight(), shape.stride()));
    return new Bands(
        shape, filters, group, Math.clamp(height, 1, Math.min(shape.outHeight(), 1 << 20)));
  }

  /// Bands of one group.
  long perGroup() {
    return Math.ceilDiv(shape.outHeight(), height);
  }

  long count() {
    return Math.ceilDiv(filters, group) * perGroup();
  }

  int firstFilter(long item) {
    return (int) (item / perGroup()) * group;
  }

  int endFilter(long item) {
    return Math.min(firstFilter(item) + group, filters);
  }

  long firstRow(long item) {
    return item % perGroup() * height;
  }

  long endRow(long item) {
    return Math.min(firstRow(item) + height, shape.outHeight());
  }

  Items items(LongFunction<String> replay) {
    return new Items(count(), this::name, replay);
  }

  private String name(long item) {
    return "rows %d to %d of filters %d to %d"
        .formatted(firstRow(item), endRow(item) - 1, firstFilter(item), endFilter(item) - 1);
  }
}
