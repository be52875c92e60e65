package dev.sheaf.comm;

/// A reduction, elementwise over the ranks' buffers (`MPI_SUM`, `MPI_MIN`, `MPI_MAX`).
///
/// Integer operations are exact, so their result does not depend on the number of ranks. A SUM of
/// FLOAT32 or FLOAT64 does: results that are reported are reduced by `dev.sheaf.reduce` instead.
/// MIN and MAX of floating-point buffers that hold NaN are left to the transport, as in MPI.
public enum Op {
  /// Elementwise sum; integers wrap around.
  SUM,
  /// Elementwise minimum.
  MIN,
  /// Elementwise maximum.
  MAX
}
