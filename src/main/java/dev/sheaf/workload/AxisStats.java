package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.array.Elements;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.reduce.AxisMoments;
import dev.sheaf.reduce.FixedTree;
import dev.sheaf.reduce.Moments;
import dev.sheaf.report.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The moments along one axis of an array: of all elements that differ in that index alone.
///
/// The elements are (outer, length, inner), where `length` is the axis and the others are all
/// dimensions before and behind it. Items are parts of that which have some 4 MiB or more: of
/// `outer` as long as that will do, then of `inner`, in strips that are read row by row; and if
/// these are few, of `length`. Only then does rank 0 combine what the items give, in a fixed tree;
/// else they write their results into the files. So the memory does not depend on how many results
/// there are: some MiB a thread, and at most 60 MiB on rank 0.
final class AxisStats {
  /// The elements of an item, about.
  private static final int ITEM = 1 << 19;

  /// The elements of a strip's row.
  private static final int STRIP = 2048;

  /// Where there are fewer items, the axis itself is divided.
  private static final int ITEMS = 256;

  private static final Codec<List<Moments>> COLUMNS = Codecs.list(ChunkMoments.CODEC);

  /// What an item gives.
  ///
  /// @param total the moments of all its elements
  /// @param columns those of each result, if others have a part in it
  private record Part(Moments total, List<Moments> columns) {
    static final Codec<Part> CODEC =
        Codecs.of(
            (out, part) -> {
              ChunkMoments.CODEC.write(part.total, out);
              COLUMNS.write(part.columns, out);
            },
            in -> new Part(ChunkMoments.CODEC.read(in), COLUMNS.read(in)));
  }

  private final Job job;
  private final ArrayParts input;

  /// The axis as it is counted in the array.
  private final int axis;

  private final long[] resultShape;
  private final long outer;
  private final long length;
  private final long inner;

  // Items are numbered (group of outer, strip of inner, segment of length).
  private final long group;
  private final long strips;
  private final long segments;
  private final long segmentRows;

  private List<String> files = List.of();
  private Moments total = Moments.EMPTY;

  /// Along an axis.
  ///
  /// @param given its number; from the end, if it is negative
  /// @throws InputException if there is no such axis, or nothing along it; on every rank
  AxisStats(Job job, ArrayParts input, int given) {
    this.job = job;
    this.input = input;
    long[] shape = input.view().shape();
    axis = axis(given, shape);
    int at = input.fortranOrder() ? shape.length - 1 - axis : axis;
    length = shape[at];
    resultShape = new long[shape.length - 1];
    long before = 1;
    long behind = 1;
    for (int d = 0; d < shape.length; d++) {
      if (d != at) {
        int index = d < at ? d : d - 1;
        resultShape[input.fortranOrder() ? shape.length - 2 - index : index] = shape[d];
        before *= d < at ? shape[d] : 1;
        behind *= d > at ? shape[d] : 1;
      }
    }
    outer = before;
    inner = behind;
    boolean small = length * inner <= ITEM;
    group = small ? ITEM / (length * inner) : 1;
    strips = small ? 1 : Math.ceilDiv(inner, STRIP);
    long most = Math.ceilDiv(length * Math.min(inner, STRIP), ITEM);
    segmentRows =
        small ? length : Math.ceilDiv(length, Math.clamp(ITEMS / (outer * strips), 1, most));
    segments = Math.ceilDiv(length, segmentRows);
  }

  /// The axis as it is counted in an array of that shape.
  ///
  /// @param given its number; from the end, if it is negative
  /// @throws InputException if there is no such axis, or nothing along it
  static int axis(int given, long[] shape) {
    if (given < -shape.length || given >= shape.length) {
      throw new InputException(
          "--axis %d: out of bounds for an array of %d dimension%s"
              .formatted(given, shape.length, shape.length == 1 ? "" : "s"));
    }
    if (Arrays.stream(shape).anyMatch(length -> length == 0)) {
      throw new InputException("--axis %d: the array is empty".formatted(given));
    }
    return given < 0 ? given + shape.length : given;
  }

  /// Does the work and writes the files. Collective.
  MapResult<?> run() throws Exception {
    input.checkSeen(job);
    try (AxisResults results =
        new AxisResults(job, axis, input.type(), resultShape, input.fortranOrder())) {
      Items items =
          new Items(
              Math.ceilDiv(outer, group) * strips * segments,
              this::describe,
              _ -> job.options().command());
      MapResult<Part> map = job.map(results.kept(), items, () -> new Task(results), Part.CODEC);
      if (map.complete()) {
        try (var _ = job.phases().start(Phase.REDUCE)) {
          job.onRoot(() -> combine(map.values(), results), Codecs.NOTHING);
        }
        files = results.commit();
      }
      return map;
    }
  }

  /// On rank 0, the moments of all elements.
  Moments total() {
    return total;
  }

  /// On rank 0, the files that were written.
  List<String> files() {
    return files;
  }

  /// The shape of the results.
  long[] shape() {
    return resultShape;
  }

  private String describe(long item) {
    Place place = new Place(item);
    return "results %d to %d, elements %d to %d along axis %d, of %s"
        .formatted(
            place.firstOuter * inner + place.firstInner,
            (place.endOuter - 1) * inner + place.endInner - 1,
            place.firstRow,
            place.endRow - 1,
            axis,
            input.name());
  }

  /// The elements of an item.
  private final class Place {
    private final long firstOuter;
    private final long endOuter;
    private final long firstInner;
    private final long endInner;
    private final long firstRow;
    private final long endRow;

    Place(long item) {
      long strip = item / segments % strips;
      firstOuter = item / segments / strips * group;
      endOuter = Math.min(firstOuter + group, outer);
      firstInner = strip * STRIP;
      endInner = strips == 1 ? inner : Math.min(firstInner + STRIP, inner);
      firstRow = item % segments * segmentRows;
      endRow = Math.min(firstRow + segmentRows, length);
    }
  }

  /// What one thread does.
  private final class Task implements ItemTask<Part> {
    private final ViewReader reader = new ViewReader(input);
    private final AxisMoments columns = new AxisMoments();
    private final DType type = input.type();
    private final ByteBuffer raw =
        ByteBuffer.allocateDirect(AxisMoments.BLOCK * type.bytes()).order(input.order());
    private final ByteBuffer wide =
        ByteBuffer.allocateDirect(AxisMoments.BLOCK * Long.BYTES).order(ByteOrder.nativeOrder());
    private final AxisResults.Writer writer;

    Task(AxisResults results) {
      writer = results.new Writer();
    }

    @Override
    public Part apply(long item) throws IOException {
      Place place = new Place(item);
      FixedTree<Moments> all = new FixedTree<>(Moments::plus);
      List<Moments> parts = new ArrayList<>();
      writer.at(place.firstOuter * inner + place.firstInner);
      long step = Math.max(1, AxisMoments.BLOCK / (length * inner));
      for (long o = place.firstOuter; o < place.endOuter; o += step) {
        int some = (int) Math.min(step, place.endOuter - o);
        if (length * inner <= AxisMoments.BLOCK) {
          wholes(o, some, all);
        } else {
          for (long j = place.firstInner; j < place.endInner; j += STRIP) {
            int width = (int) Math.min(STRIP, place.endInner - j);
            take(strip(o, j, width, place.firstRow, place.endRow), all, parts);
          }
        }
      }
      writer.flush();
      return new Part(all.result(Moments.EMPTY), parts);
    }

    private void take(Moments[] results, FixedTree<Moments> all, List<Moments> parts) {
      for (Moments result : results) {
        all.add(result);
      }
      if (segments == 1) {
        writer.put(results);
      } else {
        parts.addAll(List.of(results));
      }
    }

    /// All that some small ones of `outer` have, in one go.
    private void wholes(long first, int some, FixedTree<Moments> all) throws IOException {
      int each = (int) (length * inner);
      raw.clear().limit(some * each * type.bytes());
      reader.read(first * each, raw);
      widen(some * each);
      for (int i = 0; i < some; i++) {
        take(columns(i * each, (int) length, (int) inner), all, List.of());
      }
    }

    /// A part of one that is larger.
    private Moments[] strip(long o, long j, int width, long firstRow, long endRow)
        throws IOException {
      FixedTree<Moments[]> tree = new FixedTree<>(AxisMoments::plus);
      int most = AxisMoments.BLOCK / width;
      for (long row = firstRow; row < endRow; row += most) {
        int rows = (int) Math.min(most, endRow - row);
        raw.clear();
        if (width == inner) {
          readRow(o, row, j, rows * width);
        } else {
          for (int i = 0; i < rows; i++) {
            readRow(o, row + i, j, width);
          }
        }
        widen(rows * width);
        tree.add(columns(0, rows, width));
      }
      return tree.result(null);
    }

    private void readRow(long o, long row, long j, int count) throws IOException {
      raw.limit(raw.position() + count * type.bytes());
      reader.read((o * length + row) * inner + j, raw);
    }

    private void widen(int count) {
      Elements.widen(type, count, raw.flip(), wide);
    }

    private Moments[] columns(int first, int rows, int width) {
      return type.isFloat()
          ? columns.doubles(wide.asDoubleBuffer(), first, rows, width)
          : columns.longs(wide.asLongBuffer(), first, rows, width, type == DType.UINT64);
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  // ---- the end, on rank 0 ----

  private Void combine(List<Part> parts, AxisResults results) {
    FixedTree<Moments> all = new FixedTree<>(Moments::plus);
    parts.forEach(part -> all.add(part.total));
    total = all.result(Moments.EMPTY);
    if (segments > 1) {
      AxisResults.Writer writer = results.new Writer();
      for (int first = 0; first < parts.size(); first += (int) segments) {
        FixedTree<Moments[]> tree = new FixedTree<>(AxisMoments::plus);
        for (Part part : parts.subList(first, first + (int) segments)) {
          tree.add(part.columns.toArray(Moments[]::new));
        }
        writer.put(tree.result(null));
      }
      writer.flush();
    }
    return null;
  }
}
