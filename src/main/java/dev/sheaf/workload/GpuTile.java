package dev.sheaf.workload;

import dev.sheaf.linalg.Gpu;
import dev.sheaf.report.Phase;
import dev.sheaf.report.Phases;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Tiles on a GPU, which holds the panel of B, a part of A and a tile: copied there, computed and
/// copied back one after the other. What the copies take is [Phase#TRANSFER].
final class GpuTile implements TileProduct {
  private final Gpu gpu;
  private final Tiles.Panel panel;
  private final Phases phases;
  private final long right;
  private final long left;
  private final long product;
  private final MemorySegment tile;
  private long copying;

  /// For the one thread of the rank that computes.
  ///
  /// @param right the panel of B on the GPU
  GpuTile(Gpu gpu, Tiles.Panel panel, long right, Phases phases) {
    this.gpu = gpu;
    this.panel = panel;
    this.right = right;
    this.phases = phases;
    gpu.use();
    left = gpu.allocate(panel.tiles().leftBytes());
    product = gpu.allocate(panel.tiles().tileBytes());
    tile = Arena.ofAuto().allocate(panel.tiles().tileBytes(), 64);
  }

  @Override
  public void multiply(
      int height,
      int width,
      int inner,
      MemorySegment part,
      boolean fresh,
      long place,
      boolean add) {
    int bytes = panel.tiles().precision().bytes();
    if (fresh) {
      long begin = System.nanoTime();
      gpu.upload(part.asSlice(0, (long) height * inner * bytes), left);
      copying += System.nanoTime() - begin;
    }
    gpu.multiply(
        panel.tiles().precision(),
        height,
        width,
        inner,
        left,
        right + place * bytes,
        panel.width(),
        add,
        product);
  }

  @Override
  public MemorySegment tile(int height, int width) {
    long begin = System.nanoTime();
    gpu.download(
        product, tile.asSlice(0, (long) height * width * panel.tiles().precision().bytes()));
    copying += System.nanoTime() - begin;
    return tile;
  }

  @Override
  public void close() {
    gpu.free(left);
    gpu.free(product);
    phases.add(Phase.TRANSFER, copying);
    phases.add(Phase.COMPUTE, -copying);
  }
}
