package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.ArrayView;
import dev.sheaf.array.AxisRange;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.zarr.ZarrArray;
import dev.sheaf.zarr.ZarrPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/// Zarr arrays, one behind the other along the first dimension, and the part of them that is asked
/// for. It is read chunk by chunk, by any rank.
final class ZarrParts implements StatsInput {
  static final Codec<ZarrParts> CODEC =
      Codecs.of(
          (out, array) -> {
            out.putString(array.slice == null ? "" : array.slice)
                .putBoolean(array.slice != null)
                .putInt(array.arrays.size());
            for (Stored each : array.arrays) {
              out.putString(each.path).putString(each.array.text());
            }
          },
          in -> {
            String slice = in.getString();
            String wanted = in.getBoolean() ? slice : null;
            List<Stored> arrays = new ArrayList<>();
            for (int count = in.getInt(); count > 0; count--) {
              String path = in.getString();
              arrays.add(new Stored(path, ZarrArray.of(Path.of(path), in.getString())));
            }
            return new ZarrParts(arrays, wanted);
          });

  /// An array as the user named it.
  private record Stored(String path, ZarrArray array) {}

  /// What is asked for of one array.
  ///
  /// @param path the array's
  /// @param firstItem the first item that is one of its pieces
  /// @param firstIndex which of the indices asked for of the first dimension is its first one
  private record Share(String path, ZarrPart part, long firstItem, long firstIndex) {}

  private final List<Stored> arrays;
  private final String slice;
  private final List<AxisRange> ranges;
  private final List<Share> shares = new ArrayList<>();
  private final long items;

  private ZarrParts(List<Stored> arrays, String slice) {
    this.arrays = arrays;
    this.slice = slice;
    long[] shape = arrays.getFirst().array.shape().clone();
    if (arrays.size() > 1) {
      shape[0] = arrays.stream().mapToLong(each -> each.array.shape()[0]).sum();
    }
    ranges = AxisRange.of(slice, shape);
    long count = 0;
    long start = 0;
    for (Stored each : arrays) {
      long length = shape.length == 0 ? 0 : each.array.shape()[0];
      List<AxisRange> of = new ArrayList<>(ranges);
      long first = 0;
      if (arrays.size() > 1) {
        first = before(ranges.getFirst(), start, length);
        of.set(0, within(ranges.getFirst(), start, length, first));
      }
      ZarrPart part = new ZarrPart(each.array, of);
      shares.add(new Share(each.path, part, count, first));
      count += part.pieces();
      start += length;
    }
    items = count;
  }

  /// How many of a range's indices come, in its order, before those from `start` on.
  private static long before(AxisRange range, long start, long length) {
    long ahead =
        range.step() > 0
            ? Math.ceilDiv(start - range.start(), range.step())
            : Math.ceilDiv(range.start() - (start + length - 1), -range.step());
    return Math.clamp(ahead, 0, range.length());
  }

  /// Those of a range's indices that are within `length` from `start` on, counted from there.
  private static AxisRange within(AxisRange range, long start, long length, long first) {
    long from = range.start() + first * range.step() - start;
    long room = from < 0 || from >= length ? 0 : range.step() > 0 ? length - from : from + 1;
    long some = Math.min(Math.ceilDiv(room, Math.abs(range.step())), range.length() - first);
    return new AxisRange(some == 0 ? 0 : from, range.step(), some, range.kept());
  }

  /// Looks at what is said about the arrays. For rank 0.
  ///
  /// @param slice what is asked for, as NumPy's basic slicing has it; `null` for all
  /// @throws InputException if they are no Zarr arrays, can't be read, or don't fit together
  static ZarrParts of(Job job, List<String> names, String slice) {
    List<Stored> arrays = new ArrayList<>();
    for (String name : names) {
      if (!isZarr(name)) {
        throw new InputException(name + ": no Zarr array, as others are; give arrays of one kind");
      }
      ZarrArray array = ZarrArray.open(Path.of(name));
      job.reads(array.about());
      arrays.add(new Stored(name, array));
      if (names.size() > 1) {
        ArrayParts.checkFits(name, kind(array), names.getFirst(), kind(arrays.getFirst().array));
      }
    }
    return new ZarrParts(arrays, slice);
  }

  /// Whether a name is that of a Zarr array or group.
  static boolean isZarr(String name) {
    return Files.isDirectory(Path.of(name)) && ZarrArray.isZarr(Path.of(name));
  }

  private static NpyHeader kind(ZarrArray array) {
    return new NpyHeader(array.type(), array.order(), false, array.shape(), 0);
  }

  @Override
  public String name() {
    return arrays.getFirst().path + (arrays.size() == 1 ? "" : " and others");
  }

  @Override
  public DType type() {
    return arrays.getFirst().array.type();
  }

  @Override
  public ByteOrder order() {
    return arrays.getFirst().array.order();
  }

  @Override
  public long count() {
    return ranges.stream().mapToLong(AxisRange::length).reduce(1, (a, b) -> a * b);
  }

  /// The pieces, one chunk's each.
  Items items(String replay) {
    return new Items(items, this::describe, _ -> replay);
  }

  private String describe(long item) {
    Share share = share(item);
    long[] chunk = share.part.piece(item - share.firstItem).chunk();
    return "chunk %s of %s".formatted(NpyHeader.tuple(chunk), share.path);
  }

  /// The file of an item's chunk, which need not exist.
  Path file(long item) {
    Share share = share(item);
    return share.part.array().file(share.part.piece(item - share.firstItem).chunk());
  }

  /// How many elements an item has along each axis.
  private long[] shape(long item) {
    Share share = share(item);
    return share.part.piece(item - share.firstItem).elements().shape();
  }

  private Share share(long item) {
    return shares.get(place(item));
  }

  /// Which share has an item.
  private int place(long item) {
    return last(shares.size(), i -> shares.get(i).firstItem <= item);
  }

  /// The last of some that are so, as the first is, and all before it.
  private static int last(int count, IntPredicate isSo) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (isSo.test(middle)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /// One thread's way to the pieces.
  final class PieceReader implements AutoCloseable {
    private int share = -1;
    private ZarrPart.Reader reader;

    /// What an item has, and where it is among all that is asked for; to be used before the next
    /// one is read.
    ///
    /// @param first its first index along each axis
    /// @param elements as they are stored, in row-major order
    record Piece(long[] first, long[] shape, ByteBuffer elements) {}

    /// Reads an item.
    Piece read(long item) throws IOException {
      int wanted = place(item);
      Share of = shares.get(wanted);
      if (share != wanted) {
        close();
        reader = of.part.new Reader();
        share = wanted;
      }
      ZarrPart.Piece piece = of.part.piece(item - of.firstItem);
      long[] first = piece.first();
      if (first.length > 0) {
        first[0] += of.firstIndex;
      }
      return new Piece(first, piece.elements().shape(), reader.read(piece));
    }

    @Override
    public void close() throws IOException {
      if (reader != null) {
        reader.close();
      }
    }
  }

  /// Writes what is asked for, unpacked, into a file, one row behind the other: along an axis
  /// chunks would have to be read again and again. Collective. Memory: some pieces a thread, of 64
  /// MiB at most or one.
  ///
  /// @param file of [#bytes] bytes
  MapResult<Void> unpack(Job job, SharedOutput file) throws Exception {
    SameFiles.check(job, items, this::file);
    List<Runs> runs = new ArrayList<>();
    long count = 0;
    for (Share share : shares) {
      runs.add(new Runs(share, count));
      count += runs.getLast().count();
    }
    Items groups =
        new Items(
            count,
            item -> {
              Runs of = runs(runs, item);
              return describe(of.first(item)) + of.more(item);
            },
            _ -> job.options().command());
    return job.map(groups, () -> new Unpacking(file, this, runs), Codecs.NOTHING);
  }

  private static Runs runs(List<Runs> all, long item) {
    return all.get(last(all.size(), i -> all.get(i).firstItem <= item));
  }

  /// The pieces of a share in groups side by side along the last axis, so that what is written in
  /// one go is not too short.
  private static final class Runs {
    /// Bytes of the last axis that a group has, ...
    private static final long WIDE = 4096;

    /// ... if it has no more than so many in all.
    private static final long MOST = 1 << 26;

    private final Share share;
    private final long firstItem;
    private final long row;
    private final long group;
    private final long perRow;

    Runs(Share share, long firstItem) {
      this.share = share;
      this.firstItem = firstItem;
      row = Math.max(1, share.part.row());
      int[] chunk = share.part.array().chunk();
      long bytes = share.part.array().type().bytes();
      long wide = bytes * (chunk.length == 0 ? 1 : chunk[chunk.length - 1]);
      long all = Arrays.stream(chunk).asLongStream().reduce(bytes, (a, b) -> a * b);
      group = Math.clamp(Math.min(Math.ceilDiv(WIDE, wide), MOST / all), 1, row);
      perRow = Math.ceilDiv(row, group);
    }

    long count() {
      return share.part.pieces() / row * perRow;
    }

    /// The first piece of an item.
    long first(long item) {
      long at = item - firstItem;
      return share.firstItem + at / perRow * row + at % perRow * group;
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

  /// One thread's part of that.
  private static final class Unpacking implements ItemTask<Void> {
    private final SharedOutput file;
    private final ZarrParts parts;
    private final List<Runs> runs;
    private final PieceReader reader;
    private final int bytes;
    private final long[] strides;
    private ByteBuffer room = ByteBuffer.allocate(0);

    Unpacking(SharedOutput file, ZarrParts parts, List<Runs> runs) {
      this.file = file;
      this.parts = parts;
      this.runs = runs;
      reader = parts.new PieceReader();
      bytes = parts.type().bytes();
      strides =
          ArrayView.of(parts.ranges.stream().mapToLong(AxisRange::length).toArray()).strides();
    }

    @Override
    public Void apply(long item) throws IOException {
      Runs of = runs(runs, item);
      long piece = of.first(item);
      PieceReader.Piece group =
          of.pieces(item) == 1 ? reader.read(piece) : together(piece, of.pieces(item));
      copy(
          group.elements,
          new ArrayView(offset(group.first, strides), group.shape, strides),
          (run, place) -> file.write(run, place * bytes));
      return null;
    }

    /// Some pieces side by side as one.
    private PieceReader.Piece together(long first, int pieces) throws IOException {
      PieceReader.Piece begin = reader.read(first);
      int last = begin.shape.length - 1;
      long[] shape = begin.shape.clone();
      for (int i = 1; i < pieces; i++) {
        shape[last] += parts.shape(first + i)[last];
      }
      ArrayView whole = ArrayView.of(shape);
      int size = Math.toIntExact(whole.count() * bytes);
      if (room.capacity() < size) {
        room = ByteBuffer.allocate(size);
      }
      long at = 0;
      for (int i = 0; i < pieces; i++) {
        PieceReader.Piece piece = i == 0 ? begin : reader.read(first + i);
        copy(
            piece.elements,
            new ArrayView(at, piece.shape, whole.strides()),
            (run, place) -> room.put((int) place * bytes, run, run.position(), run.remaining()));
        at += piece.shape[last];
      }
      return new PieceReader.Piece(begin.first, shape, room.slice(0, size));
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
    public void close() {
      try {
        reader.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// The array that [#unpack] has written.
  ArrayParts unpacked(Path file) {
    long[] shape = ranges.stream().filter(AxisRange::kept).mapToLong(AxisRange::length).toArray();
    ArrayInput whole = new ArrayInput(file.toString(), type(), order(), count(), 0, 0);
    return new ArrayParts(name(), List.of(whole), ArrayView.of(shape), false);
  }
}
