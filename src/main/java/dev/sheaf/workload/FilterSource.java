package dev.sheaf.workload;

import java.nio.file.Path;

/// Where the filters of a convolution come from.
public sealed interface FilterSource {
  /// A `.npy` file: float64, (filters, rows, columns), or (rows, columns) of one.
  ///
  /// @param path its path
  record File(Path path) implements FilterSource {}

  /// Standard normal numbers, keyed by (seed, index of the filter).
  ///
  /// @param count how many filters
  /// @param height rows
  /// @param width columns
  record Random(long count, long height, long width) implements FilterSource {}
}
