package dev.sheaf.workload;

import dev.sheaf.linalg.Gemm;
import dev.sheaf.linalg.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Tiles on the processor.
final class ProcessorTile implements TileProduct {
  private final Gemm gemm;
  private final Tiles.Panel panel;
  private final MemorySegment right;
  private final MemorySegment tile;

  /// For one thread.
  ///
  /// @param right the panel of B
  ProcessorTile(Gemm gemm, Tiles.Panel panel, MemorySegment right) {
    this.gemm = gemm;
    this.panel = panel;
    this.right = right;
    tile = Arena.ofAuto().allocate(panel.tiles().tileBytes(), 64);
  }

  @Override
  public void multiply(
      int height,
      int width,
      int inner,
      MemorySegment left,
      boolean fresh,
      long place,
      boolean add) {
    gemm.multiply(
        panel.tiles().precision(),
        height,
        width,
        inner,
        new Matrix(left, inner),
        new Matrix(right.asSlice(place * panel.tiles().precision().bytes()), panel.width()),
        add,
        new Matrix(tile, width));
  }

  @Override
  public MemorySegment tile(int height, int width) {
    return tile;
  }

  @Override
  public void close() {}
}
