package dev.sheaf.transport.common;

/// What the ranks of a communicator have made together: a window, a counter, a communicator.
///
/// MPI frees such a thing collectively, so a rank that leaves a try-with-resources by an exception
/// would wait in `close` for ranks that wait for it, and nobody would hear of the exception.
/// Therefore `close` only marks it. The communicator that made it frees what is marked when it
/// makes or frees something next, as all its ranks then do the same.
public interface Shared {
  /// Whether this rank has closed it.
  boolean closed();

  /// Frees it. Collective.
  void free();
}
