package dev.sheaf.comm;

import java.lang.foreign.ValueLayout;

/// The type of a message's elements, as MPI's basic datatypes.
public enum ElementType {
  /// One byte; also raw bytes and uint8 (`MPI_INT8_T`; SUM wraps around).
  INT8(ValueLayout.JAVA_BYTE),
  /// Four-byte signed integer (`MPI_INT32_T`).
  INT32(ValueLayout.JAVA_INT_UNALIGNED),
  /// Eight-byte signed integer (`MPI_INT64_T`).
  INT64(ValueLayout.JAVA_LONG_UNALIGNED),
  /// IEEE 754 binary32 (`MPI_FLOAT`).
  FLOAT32(ValueLayout.JAVA_FLOAT_UNALIGNED),
  /// IEEE 754 binary64 (`MPI_DOUBLE`).
  FLOAT64(ValueLayout.JAVA_DOUBLE_UNALIGNED);

  private final ValueLayout layout;

  ElementType(ValueLayout layout) {
    this.layout = layout;
  }

  /// The size of one element in bytes.
  public long bytes() {
    return layout.byteSize();
  }

  /// The memory layout of one element, without alignment demands.
  public ValueLayout layout() {
    return layout;
  }
}
