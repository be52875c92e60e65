package dev.sheaf.zarr;

import dev.sheaf.array.AxisRange;

/// Which chunks along an axis have some of the indices that are asked for.
///
/// @param chunk the indices of a chunk
record AxisChunks(AxisRange range, int chunk) {
  /// What a chunk has.
  ///
  /// @param chunk its number
  /// @param first which of the indices asked for is the first there
  /// @param length how many are there
  /// @param place where in the chunk the first is
  record Some(long chunk, long first, long length, long place) {}

  /// How many chunks have some.
  long count() {
    if (range.length() == 0 || apart()) {
      return range.length();
    }
    return Math.abs(index(range.length() - 1) / chunk - range.start() / chunk) + 1;
  }

  /// Whether no two of the indices are in the same chunk.
  private boolean apart() {
    return Math.abs(range.step()) >= chunk;
  }

  private long index(long number) {
    return range.start() + number * range.step();
  }

  /// What one of these has.
  ///
  /// @param number 0 up to [#count], in the order of the indices asked for
  Some some(long number) {
    if (apart()) {
      return new Some(index(number) / chunk, number, 1, index(number) % chunk);
    }
    long step = range.step();
    long there = range.start() / chunk + (step > 0 ? number : -number);
    long low = there * chunk;
    long high = low + chunk - 1;
    long start = range.start();
    long first = step > 0 ? Math.ceilDiv(low - start, step) : Math.ceilDiv(start - high, -step);
    long last = step > 0 ? (high - start) / step : (start - low) / -step;
    first = Math.max(0, first);
    last = Math.min(range.length() - 1, last);
    return new Some(there, first, last - first + 1, index(first) - low);
  }
}
