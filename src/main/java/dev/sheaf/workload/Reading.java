package dev.sheaf.workload;

/// Who reads an array.
public enum Reading {
  /// Each rank its own parts: for a file that all of them see.
  FILE,
  /// Rank 0, which scatters them in rounds: for a file that only rank 0 sees.
  SCATTER
}
