package dev.sheaf.workload;

import dev.sheaf.array.ArrayView;
import dev.sheaf.comm.Codecs;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.zarr.ZarrPart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What is asked for of Zarr arrays, unpacked into a file, one row behind the other: along an axis
/// chunks would have to be read again and again.
final class ZarrRows {
  private final ZarrParts parts;
  private final List<Runs> runs = new ArrayList<>();

  ZarrRows(ZarrParts parts) {
    this.parts = parts;
    long count = 0;
    for (ZarrParts.Share share : parts.shares()) {
      runs.add(new Runs(share, count));
      count += runs.getLast().count();
    }
  }

  /// Writes them. Collective. Memory: some pieces a thread, of 64 MiB at most or one.
  ///
  /// @param file of as many bytes
  MapResult<Void> write(Job job, SharedOutput file) throws Exception {
    SameFiles.check(job, parts.pieces(), parts::file);
    return job.map(groups(job.options().command()), () -> new Unpacking(file), Codecs.NOTHING);
  }

  private Items groups(String replay) {
    Runs last = runs.getLast();
    return new Items(
        last.firstItem + last.count(),
        item -> {
          Runs of = runs(item);
          return parts.describe(of.first(item)) + of.more(item);
        },
        _ -> replay);
  }

  private Runs runs(long item) {
    return runs.get(ZarrParts.last(runs.size(), i -> runs.get(i).firstItem <= item));
  }

  /// The array that was written.
  ArrayParts written(Path file) {
    ArrayInput whole =
        new ArrayInput(file.toString(), parts.type(), parts.order(), parts.count(), 0, 0);
    return new ArrayParts(parts.name(), List.of(whole), ArrayView.of(parts.shape()), false);
  }

  /// The pieces of a share in groups side by side along the last axis, so that what is written in
  /// one go is not too short.
  private static final class Runs {
    /// Bytes of the last axis that a group has, ...
    private static final long WIDE = 4096;

    /// ... if it has no more than so many in all.
    private static final long MOST = 1 << 26;

    private final ZarrParts.Share share;
    private final long firstItem;
    private final long row;
    private final long group;
    private final long perRow;

    Runs(ZarrParts.Share share, long firstItem) {
      this.share = share;
      this.firstItem = firstItem;
      row = Math.max(1, share.part().row());
      int[] chunk = share.part().array().chunk();
      long bytes = share.part().array().type().bytes();
      long wide = bytes * (chunk.length == 0 ? 1 : chunk[chunk.length - 1]);
      long all = Arrays.stream(chunk).asLongStream().reduce(bytes, (a, b) -> a * b);
      group = Math.clamp(Math.min(Math.ceilDiv(WIDE, wide), MOST / all), 1, row);
      perRow = Math.ceilDiv(row, group);
    }

    long count() {
      return share.part().pieces() / row * perRow;
    }

    /// The first piece of an item.
    long first(long item) {
      long at = item - firstItem;
      return share.firstItem() + at / perRow * row + at % perRow * group;
    }

    /// How many pieces it has.
    int pieces(long item) {
      return (int) Math.min(group, row - (item - firstItem) % perRow * group);
    }

    String more(long item) {
      return pieces(item) == 1 ? "" : " and the next %d".formatted(pieces(item) - 1);
    }
  }

  /// Takes elements that lie one behind the other to a place.
  @FunctionalInterface
  private interface Target {
    void put(ByteBuffer elements, long place);
  }

  /// One thread's part of the work.
  private final class Unpacking implements ItemTask<Void> {
    private final SharedOutput file;
    private final ZarrParts.PieceReader reader = parts.new PieceReader();
    private final int bytes = parts.type().bytes();
    private final long[] strides = ArrayView.of(parts.lengths()).strides();
    private ByteBuffer room = ByteBuffer.allocate(0);

    Unpacking(SharedOutput file) {
      this.file = file;
    }

    @Override
    public Void apply(long item) throws IOException {
      Runs of = runs(item);
      long piece = of.first(item);
      ZarrParts.PieceReader.Piece group =
          of.pieces(item) == 1 ? reader.read(piece) : together(piece, of.pieces(item));
      copy(
          group.elements(),
          new ArrayView(offset(group.first(), strides), group.shape(), strides),
          (run, place) -> file.write(run, place * bytes));
      return null;
    }

    /// Some pieces side by side as one.
    private ZarrParts.PieceReader.Piece together(long from, int pieces) throws IOException {
      ZarrPart.Piece begin = parts.piece(from);
      ZarrPart.Piece end = parts.piece(from + pieces - 1);
      long[] first = begin.first();
      long[] shape = begin.elements().shape().clone();
      int last = shape.length - 1;
      shape[last] = end.first()[last] - first[last] + end.elements().shape()[last];
      ArrayView whole = ArrayView.of(shape);
      int size = Math.toIntExact(whole.count() * bytes);
      if (room.capacity() < size) {
        room = ByteBuffer.allocate(size);
      }
      for (int i = 0; i < pieces; i++) {
        ZarrParts.PieceReader.Piece piece = reader.read(from + i);
        copy(
            piece.elements(),
            new ArrayView(piece.first()[last] - first[last], piece.shape(), whole.strides()),
            (run, place) -> room.put((int) place * bytes, run, run.position(), run.remaining()));
      }
      return new ZarrParts.PieceReader.Piece(first, shape, room.slice(0, size));
    }

    private static long offset(long[] first, long[] strides) {
      long offset = 0;
      for (int d = 0; d < first.length; d++) {
        offset += first[d] * strides[d];
      }
      return offset;
    }

    private void copy(ByteBuffer elements, ArrayView to, Target target) {
      copy(elements.duplicate(), to.flattened(), 0, to.offset(), target);
    }

    /// Copies the elements that differ in the indices of this axis and those behind it.
    private void copy(ByteBuffer elements, ArrayView to, int axis, long place, Target target) {
      long length = to.shape()[axis];
      long stride = to.strides()[axis];
      if (stride == 1) {
        put(elements, length, place, target);
        return;
      }
      for (long i = 0; i < length; i++) {
        if (axis < to.shape().length - 1) {
          copy(elements, to, axis + 1, place + i * stride, target);
        } else {
          put(elements, 1, place + i * stride, target);
        }
      }
    }

    private void put(ByteBuffer elements, long count, long place, Target target) {
      int size = (int) count * bytes;
      target.put(elements.slice(elements.position(), size), place);
      elements.position(elements.position() + size);
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
