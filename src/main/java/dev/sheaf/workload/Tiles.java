package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.comm.Blocks;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.linalg.Precision;
import dev.sheaf.report.Count;
import java.util.BitSet;

/// How a product of an m x k and a k x n matrix is divided: C into tiles, the k products of each of
/// its numbers into steps, and B into panels of whole columns of tiles.
///
/// Tiles and steps depend on the lengths alone, as the bits of the result depend on them; panels on
/// the memory, too. Tiles are large enough that copying their parts of A and B costs little beside
/// the computation, and small enough to be shared evenly.
///
/// @param rows of C
/// @param inner columns of A and rows of B
/// @param columns of C
/// @param precision of all
/// @param perPanel columns of tiles in a panel
record Tiles(int rows, int inner, int columns, Precision precision, int perPanel) {
  /// OpenBLAS copies the numbers of A once for all columns if there are no more rows than its
  /// kernels take at a time, 512 for AVX2; B's it copies for each tile. Fewer, as tiles are wide.
  private static final int ROWS = 384;

  /// Wide, as the rows of a tile are written one by one: to ext4, those of a whole product of 5000
  /// columns at once take a third of the time of their halves.
  private static final int COLUMNS = 5120;

  private static final int INNER = 8192;

  static final Codec<Tiles> CODEC =
      Codecs.of(
          (out, tiles) ->
              out.putInt(tiles.rows)
                  .putInt(tiles.inner)
                  .putInt(tiles.columns)
                  .putString(tiles.precision.name())
                  .putInt(tiles.perPanel),
          in ->
              new Tiles(
                  in.getInt(),
                  in.getInt(),
                  in.getInt(),
                  Precision.valueOf(in.getString()),
                  in.getInt()));

  /// With panels as wide as the memory allows.
  ///
  /// @param memory bytes for a rank
  /// @param threads of a rank, each of which holds a part of A and a tile of C
  /// @throws InputException if not even one column of tiles finds room, or there are too many tiles
  static Tiles of(int rows, int inner, int columns, Precision precision, long memory, int threads) {
    Tiles one = new Tiles(rows, inner, columns, precision, 1);
    if (one.count() > Integer.MAX_VALUE) {
      throw new InputException(
          "a product of %d x %d: more than 2^31 tiles of it".formatted(rows, columns));
    }
    long least = threads * one.threadBytes() + one.columnBytes();
    if (memory < least) {
      throw new InputException(
          "--memory %d: %s and one panel of B, %d x %d, take %d bytes; give at least that%s"
              .formatted(
                  memory,
                  Count.of(threads, "thread"),
                  inner,
                  one.width(),
                  least,
                  threads > 1 ? ", or fewer --threads" : ""));
    }
    long panels = (memory - threads * one.threadBytes()) / Math.max(1, one.columnBytes());
    return new Tiles(rows, inner, columns, precision, Math.clamp(panels, 1, one.tileColumns()));
  }

  private static int blocks(int length, int most) {
    return Math.max(1, Math.ceilDiv(length, most));
  }

  /// Whether there is anything to add up.
  boolean work() {
    return rows > 0 && inner > 0 && columns > 0;
  }

  private int tileRows() {
    return blocks(rows, ROWS);
  }

  private int tileColumns() {
    return blocks(columns, COLUMNS);
  }

  int steps() {
    return blocks(inner, INNER);
  }

  int panels() {
    return Math.ceilDiv(tileColumns(), perPanel);
  }

  Panel panel(int index) {
    int first = index * perPanel;
    return new Panel(this, first, Math.min(first + perPanel, tileColumns()));
  }

  /// How many tiles there are: the items. Those of the same rows follow one another, so that a
  /// thread reads its part of A once for those of a panel.
  long count() {
    return (long) tileRows() * tileColumns();
  }

  int tileRow(long item) {
    return (int) (item / tileColumns());
  }

  int tileColumn(long item) {
    return (int) (item % tileColumns());
  }

  String describe(long item) {
    int row = tileRow(item);
    int column = tileColumn(item);
    return "rows %d to %d, columns %d to %d"
        .formatted(
            firstRow(row), firstRow(row + 1) - 1, firstColumn(column), firstColumn(column + 1) - 1);
  }

  int firstRow(int tileRow) {
    return (int) Blocks.start(rows, tileRows(), tileRow);
  }

  int firstColumn(int tileColumn) {
    return (int) Blocks.start(columns, tileColumns(), tileColumn);
  }

  int firstInner(int step) {
    return (int) Blocks.start(inner, steps(), step);
  }

  /// Rows of the highest tile.
  private int height() {
    return Math.ceilDiv(rows, tileRows());
  }

  /// Columns of the widest tile.
  private int width() {
    return Math.ceilDiv(columns, tileColumns());
  }

  /// What a thread holds of A.
  long leftBytes() {
    return (long) height() * Math.ceilDiv(inner, steps()) * precision.bytes();
  }

  /// What a thread holds of C.
  long tileBytes() {
    return (long) height() * width() * precision.bytes();
  }

  private long threadBytes() {
    return leftBytes() + tileBytes();
  }

  /// Of one column of tiles.
  private long columnBytes() {
    return (long) width() * inner * precision.bytes();
  }

  /// Whole columns of tiles.
  ///
  /// @param first the first column of tiles
  /// @param end behind the last
  record Panel(Tiles tiles, int first, int end) {
    /// Its tiles.
    BitSet items() {
      BitSet items = new BitSet();
      for (int row = 0; row < tiles.tileRows(); row++) {
        int before = row * tiles.tileColumns();
        items.set(before + first, before + end);
      }
      return items;
    }

    int firstColumn() {
      return tiles.firstColumn(first);
    }

    /// Columns of numbers.
    int width() {
      return tiles.firstColumn(end) - firstColumn();
    }

    long bytes() {
      return (long) width() * tiles.inner * tiles.precision.bytes();
    }
  }
}
