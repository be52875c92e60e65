package dev.sheaf.linalg;

/// The numbers of a product.
public enum Precision {
  /// IEEE 754 binary32; BLAS's `S`.
  SINGLE(Float.BYTES),
  /// IEEE 754 binary64; BLAS's `D`.
  DOUBLE(Double.BYTES);

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /// The size of a number.
  public int bytes() {
    return bytes;
  }
}
