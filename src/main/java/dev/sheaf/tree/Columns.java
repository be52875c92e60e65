package dev.sheaf.tree;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Columns of numbers that grow row by row. They lie off the heap, in pieces of some rows, column
/// by column: they take what there is of them and no more, whether a collector has come by or not.
///
/// For one thread at a time.
public final class Columns implements AutoCloseable {
  /// Numbers of a piece, but for very wide rows.
  private static final int PIECE = 1 << 17;

  private final List<Piece> pieces = new ArrayList<>();
  private final int count;
  private final int pieceRows;
  private int rows;

  /// Some rows.
  private record Piece(Arena arena, MemorySegment numbers) {}

  /// Takes a part of a column.
  @FunctionalInterface
  public interface Drain {
    /// Takes some numbers.
    ///
    /// @param first the row of the first of them
    void take(int column, int first, MemorySegment numbers);
  }

  /// None yet.
  ///
  /// @param count how many columns, at least one
  public Columns(int count) {
    this.count = count;
    pieceRows = Math.max(1, PIECE / count);
  }

  /// How many columns there are.
  public int count() {
    return count;
  }

  /// How many numbers each has.
  public int rows() {
    return rows;
  }

  /// Adds a number to each column.
  public void add(double[] row) {
    int at = rows % pieceRows;
    if (at == 0) {
      Arena arena = Arena.ofShared();
      long bytes = (long) count * pieceRows * Double.BYTES;
      pieces.add(new Piece(arena, arena.allocate(bytes, Double.BYTES)));
    }
    MemorySegment piece = pieces.getLast().numbers;
    for (int column = 0; column < count; column++) {
      piece.setAtIndex(JAVA_DOUBLE, (long) column * pieceRows + at, row[column]);
    }
    rows = Math.incrementExact(rows);
  }

  /// A number of a column.
  public double get(int column, int row) {
    return pieces
        .get(row / pieceRows)
        .numbers
        .getAtIndex(JAVA_DOUBLE, (long) column * pieceRows + row % pieceRows);
  }

  /// Copies a column.
  ///
  /// @param to room for it
  public void copy(int column, MemorySegment to) {
    for (int first = 0; first < rows; first += pieceRows) {
      MemorySegment some = part(column, first, rows);
      MemorySegment.copy(some, 0, to, (long) first * Double.BYTES, some.byteSize());
    }
  }

  /// Overwrites the first numbers of a column.
  ///
  /// @param numbers at most as many as there are rows
  public void set(int column, MemorySegment numbers) {
    int count = (int) (numbers.byteSize() / Double.BYTES);
    for (int first = 0; first < count; first += pieceRows) {
      MemorySegment some = part(column, first, count);
      MemorySegment.copy(numbers, (long) first * Double.BYTES, some, 0, some.byteSize());
    }
  }

  /// Gives all numbers away, and frees each piece when that is done: so they are hardly held twice.
  public void drain(Drain drain) {
    for (int first = 0; first < rows; first += pieceRows) {
      for (int column = 0; column < count; column++) {
        drain.take(column, first, part(column, first, rows));
      }
      pieces.get(first / pieceRows).arena.close();
    }
    pieces.clear();
  }

  /// What the piece whose first row this is has of a column, up to some row.
  private MemorySegment part(int column, int first, int end) {
    return pieces
        .get(first / pieceRows)
        .numbers
        .asSlice(
            (long) column * pieceRows * Double.BYTES,
            (long) Math.min(pieceRows, end - first) * Double.BYTES);
  }

  /// Frees their memory, unless that is done.
  @Override
  public void close() {
    pieces.forEach(piece -> piece.arena.close());
    pieces.clear();
  }
}
