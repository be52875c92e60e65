package dev.sheaf.workload;

import dev.sheaf.array.DType;
import java.nio.ByteOrder;

/// An array that is read piece by piece, and the part of it that is asked for.
sealed interface StatsInput permits ArrayParts, ZarrParts {
  /// What it is called.
  String name();

  /// The type of the elements.
  DType type();

  /// Their byte order.
  ByteOrder order();

  /// The number of elements that are asked for.
  long count();

  /// Their size.
  default long bytes() {
    return count() * type().bytes();
  }
}
