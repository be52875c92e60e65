package dev.sheaf.workload;

import java.util.List;

/// Where an array of any size comes from.
public sealed interface ArraySource {
  /// Files, one array behind the other along the first dimension.
  ///
  /// @param names each a `.npy` file, or an array in a `.npz` file: `FILE.npz:NAME`, or `FILE.npz`
  ///   if it has but one; or all of them directories of Zarr arrays
  record Files(List<String> names) implements ArraySource {}

  /// Standard normal numbers, keyed by (the job's seed, index).
  record Normal(long[] shape) implements ArraySource {}
}
