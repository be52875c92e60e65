package dev.sheaf.workload;

import dev.sheaf.array.DType;
import dev.sheaf.array.Elements;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.reduce.BlockMoments;
import dev.sheaf.reduce.DoubleDouble;
import dev.sheaf.reduce.FixedTree;
import dev.sheaf.reduce.Moments;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// One thread's way from the bytes of a chunk to its moments, block by block.
final class ChunkMoments {
  static final Codec<Moments> CODEC =
      Codecs.of(
          (out, m) ->
              out.putLong(m.count())
                  .putLong(m.nans())
                  .putDouble(m.sum().high())
                  .putDouble(m.sum().low())
                  .putDouble(m.m2())
                  .putLong(m.least())
                  .putLong(m.greatest()),
          in ->
              new Moments(
                  in.getLong(),
                  in.getLong(),
                  new DoubleDouble(in.getDouble(), in.getDouble()),
                  in.getDouble(),
                  in.getLong(),
                  in.getLong()));

  /// Gives the elements of a chunk, block by block.
  @FunctionalInterface
  interface Reader extends AutoCloseable {
    /// Fills the buffer with elements from `first` on.
    void read(long first, ByteBuffer into) throws IOException;

    @Override
    default void close() throws IOException {}
  }

  private final DType type;
  private final BlockMoments block = new BlockMoments();

  /// The bytes as they come; the block's own memory if they need not be widened.
  private final ByteBuffer raw;

  private final boolean asTheyAre;

  ChunkMoments(DType type, ByteOrder order) {
    this.type = type;
    asTheyAre = type.bytes() == Long.BYTES && order == ByteOrder.nativeOrder();
    this.raw =
        asTheyAre
            ? block.memory()
            : ByteBuffer.allocateDirect(BlockMoments.BLOCK * type.bytes()).order(order);
  }

  /// The moments of `count` elements from `first` on.
  Moments of(Reader reader, long first, long count) throws IOException {
    FixedTree<Moments> tree = new FixedTree<>(Moments::plus);
    for (long done = 0; done < count; done += BlockMoments.BLOCK) {
      int some = (int) Math.min(BlockMoments.BLOCK, count - done);
      reader.read(first + done, raw.clear().limit(some * type.bytes()));
      raw.clear();
      if (!asTheyAre) {
        Elements.widen(type, some, raw, block.memory());
      }
      tree.add(type.isFloat() ? block.doubles(some) : block.longs(some, type == DType.UINT64));
    }
    return tree.result(Moments.EMPTY);
  }
}
