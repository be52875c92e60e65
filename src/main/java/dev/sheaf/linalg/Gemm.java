package dev.sheaf.linalg;

/// A product of matrices on the processor, on the calling thread alone.
public interface Gemm {
  /// What computes, and for which kind of processor if that makes a difference to the bits of the
  /// result.
  String name();

  /// Computes C = A B, or C = C + A B. Blocks; 2 `rows` `columns` `inner` operations. May be called
  /// by all threads at once. The bits depend on the numbers and the three lengths alone, for
  /// implementations of the same [#name].
  ///
  /// @param rows of A and C, at least 1
  /// @param columns of B and C, at least 1
  /// @param inner columns of A and rows of B, at least 1
  /// @param add whether the product is added to what is in C
  void multiply(
      Precision precision,
      int rows,
      int columns,
      int inner,
      Matrix a,
      Matrix b,
      boolean add,
      Matrix c);
}
