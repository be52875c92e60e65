package dev.sheaf.array;

import java.util.List;

/// The indices along one axis that a slice takes: `start`, `start + step`, ...
///
/// @param start the first one; 0 or more
/// @param step from each to the next; may be negative
/// @param length how many
/// @param kept whether the axis stays; by an index in place of a slice it goes
public record AxisRange(long start, long step, long length, boolean kept) {
  /// What NumPy's basic slicing takes of each axis; see [ArrayView#slice].
  ///
  /// @param text the slice; `null` for all
  /// @throws dev.sheaf.InputException if the text is something else, if an index is out of bounds,
  ///   or if nothing is left
  public static List<AxisRange> of(String text, long[] shape) {
    return new Slicing(text == null ? "..." : text, shape).ranges();
  }
}
