package dev.sheaf.workload;

import java.lang.foreign.MemorySegment;

/// Computes tiles of C from parts of A and a panel of B: on the processor or a GPU. One a thread.
interface TileProduct extends AutoCloseable {
  /// Computes the tile C = A B, or C = C + A B; both without gaps.
  ///
  /// @param left the part of A
  /// @param fresh whether that has changed since the last call
  /// @param place of the part of B in its panel, in numbers
  /// @param add whether the product is added to the last one
  void multiply(
      int height, int width, int inner, MemorySegment left, boolean fresh, long place, boolean add);

  /// The tile; valid until the next call.
  MemorySegment tile(int height, int width);

  @Override
  void close();
}
