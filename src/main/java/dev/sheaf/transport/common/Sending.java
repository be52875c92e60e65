package dev.sheaf.transport.common;

/// A message on its way (the request of `MPI_Isend`).
public interface Sending {
  /// Whether its memory may be used again (`MPI_Test`).
  boolean done();

  /// Waits for that (`MPI_Wait`).
  void await();
}
