package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.AxisRange;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.map.Items;
import dev.sheaf.zarr.ZarrArray;
import dev.sheaf.zarr.ZarrPart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;

/// Zarr arrays, one behind the other along the first dimension, and the part of them that is asked
/// for. It is read chunk by chunk, by any rank; [ZarrRows] has it row by row.
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
  record Share(String path, ZarrPart part, long firstItem, long firstIndex) {}

  private final List<Stored> arrays;
  private final String slice;
  private final List<AxisRange> ranges;
  private final List<Share> shares = new ArrayList<>();
  private final long pieces;

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
    pieces = count;
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

  /// How many elements are asked for along each axis, those included of which it has one alone.
  long[] lengths() {
    return ranges.stream().mapToLong(AxisRange::length).toArray();
  }

  /// The same, without the axes that an index takes away.
  long[] shape() {
    return ranges.stream().filter(AxisRange::kept).mapToLong(AxisRange::length).toArray();
  }

  /// What is asked for of each array.
  List<Share> shares() {
    return Collections.unmodifiableList(shares);
  }

  /// How many pieces there are, one chunk's each.
  long pieces() {
    return pieces;
  }

  /// The pieces.
  Items items(String replay) {
    return new Items(pieces, this::describe, _ -> replay);
  }

  /// Tells which chunk an item is.
  String describe(long item) {
    return "chunk %s of %s".formatted(NpyHeader.tuple(piece(item).chunk()), share(item).path);
  }

  /// The file of an item's chunk, which need not exist.
  Path file(long item) {
    return share(item).part.array().file(piece(item).chunk());
  }

  /// An item, and where it is among all that is asked for.
  ZarrPart.Piece piece(long item) {
    Share share = share(item);
    ZarrPart.Piece piece = share.part.piece(item - share.firstItem);
    if (share.firstIndex > 0) {
      piece.first()[0] += share.firstIndex;
    }
    return piece;
  }

  private Share share(long item) {
    return shares.get(place(item));
  }

  /// Which share has an item.
  private int place(long item) {
    return last(shares.size(), i -> shares.get(i).firstItem <= item);
  }

  /// The last of some that are so, as the first is, and all before it.
  static int last(int count, IntPredicate isSo) {
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
      if (share != wanted) {
        close();
        reader = shares.get(wanted).part.new Reader();
        share = wanted;
      }
      ZarrPart.Piece piece = piece(item);
      return new Piece(piece.first(), piece.elements().shape(), reader.read(piece));
    }

    @Override
    public void close() throws IOException {
      if (reader != null) {
        reader.close();
      }
    }
  }
}
