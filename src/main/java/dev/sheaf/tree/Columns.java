package dev.sheaf.tree;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import dev.sheaf.foreign.GrowingMemory;
import java.lang.foreign.MemorySegment;

/// Columns of numbers that grow row by row. Large ones lie off the heap, and each is freed by
/// itself: they take what there is of them and no more, whether a collector has come by or not.
public final class Columns implements AutoCloseable {
  /// Bytes up to which arrays are as good, and save linking C's functions.
  private static final long SMALL = 1 << 20;

  private static final int FIRST_ROWS = 1 << 10;

  private final MemorySegment[] numbers; // of each column, and room behind the last
  private final GrowingMemory[] memory; // where large ones lie
  private int rows;
  private int capacity;

  /// None yet.
  ///
  /// @param count how many columns, at least one
  public Columns(int count) {
    numbers = new MemorySegment[count];
    memory = new GrowingMemory[count];
    for (int column = 0; column < count; column++) {
      numbers[column] = MemorySegment.ofArray(new double[0]);
      memory[column] = new GrowingMemory();
    }
  }

  /// How many columns there are.
  public int count() {
    return numbers.length;
  }

  /// How many numbers were added to each.
  public int rows() {
    return rows;
  }

  /// Adds a number to each column.
  public void add(double[] row) {
    if (rows == capacity) {
      grow();
    }
    for (int column = 0; column < numbers.length; column++) {
      numbers[column].setAtIndex(JAVA_DOUBLE, rows, row[column]);
    }
    rows = Math.incrementExact(rows);
  }

  private void grow() {
    capacity = Math.clamp(2L * capacity, FIRST_ROWS, Integer.MAX_VALUE);
    long bytes = (long) capacity * Double.BYTES;
    boolean small = numbers.length * bytes <= SMALL;
    for (int column = 0; column < numbers.length; column++) {
      MemorySegment before = numbers[column];
      numbers[column] =
          small ? MemorySegment.ofArray(new double[capacity]) : memory[column].resize(bytes);
      if (!before.isNative()) {
        MemorySegment.copy(before, 0, numbers[column], 0, before.byteSize());
      }
    }
  }

  /// A number of a column.
  public double get(int column, int row) {
    return numbers[column].getAtIndex(JAVA_DOUBLE, row);
  }

  /// Copies the first numbers of a column.
  ///
  /// @param to room for them
  public void copy(int column, MemorySegment to) {
    MemorySegment.copy(numbers[column], 0, to, 0, to.byteSize());
  }

  /// Puts other numbers in place of a column's.
  ///
  /// @param others at least one, at most as many as there are rows
  public void replace(int column, MemorySegment others) {
    long bytes = others.byteSize();
    if (numbers[column].isNative()) {
      numbers[column] = memory[column].resize(bytes);
    }
    MemorySegment.copy(others, 0, numbers[column], 0, bytes);
  }

  /// Frees the memory of a column that is not needed any more.
  public void free(int column) {
    numbers[column] = MemorySegment.NULL;
    memory[column].close();
  }

  /// Frees their memory, unless that is done.
  @Override
  public void close() {
    for (int column = 0; column < numbers.length; column++) {
      free(column);
    }
  }
}
