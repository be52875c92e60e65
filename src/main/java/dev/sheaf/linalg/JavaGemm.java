package dev.sheaf.linalg;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Products in plain Java, by loops that are compiled to SIMD; a quarter of the speed of OpenBLAS.
///
/// Each number of C is a sum from 0 in the order of the rows of B, a product of doubles at a time,
/// nothing fused: the bits are the same on every machine. Numbers of single precision are summed up
/// as doubles and rounded at the end.
public final class JavaGemm implements Gemm {
  /// Rows of C that are computed at a time, and rows of B that are added at a time.
  private static final int ROWS = 2;

  private static final int INNER = 4;

  /// Columns of B that are copied together: this part of some rows of B stays in the first-level
  /// cache.
  private static final int COLUMNS = 512;

  /// A part of B stays in the second-level cache.
  private static final int PART = 64;

  @Override
  public String name() {
    return "plain Java";
  }

  @Override
  public void multiply(
      Precision precision,
      int rows,
      int columns,
      int inner,
      Matrix a,
      Matrix b,
      boolean add,
      Matrix c) {
    double[][] sums = new double[rows + rows % ROWS][COLUMNS];
    double[][] left = new double[sums.length][PART];
    double[][] right = new double[PART][COLUMNS];
    for (int column = 0; column < columns; column += COLUMNS) {
      int some = Math.min(COLUMNS, columns - column);
      for (int row = 0; row < rows; row++) {
        if (add) {
          load(precision, c, row, column, sums[row], some);
        } else {
          Arrays.fill(sums[row], 0, some, 0);
        }
      }
      for (int from = 0; from < inner; from += PART) {
        int part = Math.min(PART, inner - from);
        int whole = Math.ceilDiv(part, INNER) * INNER; // zeros behind the last ones
        for (int i = 0; i < whole; i++) {
          if (i < part) {
            load(precision, b, from + i, column, right[i], some);
          } else {
            Arrays.fill(right[i], 0);
          }
        }
        for (int row = 0; row < rows; row++) {
          load(precision, a, row, from, left[row], part);
          Arrays.fill(left[row], part, whole, 0);
        }
        for (int row = 0; row < rows; row += ROWS) {
          for (int i = 0; i < whole; i += INNER) {
            add(left[row], left[row + 1], right, i, sums[row], sums[row + 1], some);
          }
        }
      }
      for (int row = 0; row < rows; row++) {
        store(precision, sums[row], c, row, column, some);
      }
    }
  }

  /// All loads come before the stores: else the compiler must fear that a store changes what is
  /// loaded.
  private static void add(
      double[] a, double[] b, double[][] right, int from, double[] c, double[] d, int n) {
    double[] r0 = right[from];
    double[] r1 = right[from + 1];
    double[] r2 = right[from + 2];
    double[] r3 = right[from + 3];
    double a0 = a[from];
    double a1 = a[from + 1];
    double a2 = a[from + 2];
    double a3 = a[from + 3];
    double b0 = b[from];
    double b1 = b[from + 1];
    double b2 = b[from + 2];
    double b3 = b[from + 3];
    for (int i = 0; i < n; i++) {
      double s = c[i];
      double t = d[i];
      double w = r0[i];
      double x = r1[i];
      double y = r2[i];
      double z = r3[i];
      c[i] = s + a0 * w + a1 * x + a2 * y + a3 * z;
      d[i] = t + b0 * w + b1 * x + b2 * y + b3 * z;
    }
  }

  private static void load(
      Precision precision, Matrix from, int row, int column, double[] into, int n) {
    long place = (long) row * from.stride() + column;
    if (precision == Precision.DOUBLE) {
      MemorySegment.copy(from.memory(), ValueLayout.JAVA_DOUBLE, place * Double.BYTES, into, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      into[i] = from.memory().getAtIndex(ValueLayout.JAVA_FLOAT, place + i);
    }
  }

  private static void store(
      Precision precision, double[] from, Matrix into, int row, int column, int n) {
    for (int i = 0; i < n; i++) { // which NaN a sum is depends on how the compiler orders operands
      if (Double.isNaN(from[i])) {
        from[i] = Double.NaN;
      }
    }
    long place = (long) row * into.stride() + column;
    if (precision == Precision.DOUBLE) {
      MemorySegment.copy(from, 0, into.memory(), ValueLayout.JAVA_DOUBLE, place * Double.BYTES, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      into.memory().setAtIndex(ValueLayout.JAVA_FLOAT, place + i, (float) from[i]);
    }
  }
}
