package dev.sheaf.comm;

/// A 64-bit integer that all ranks of a communicator share, 0 at first: the index of the next item
/// for self-scheduling without a master (`MPI_Fetch_and_op` with `MPI_SUM`, but one that always
/// progresses, also while rank 0 computes).
///
/// Any thread of any rank may call it at any time; it is not collective.
public interface Counter extends AutoCloseable {
  /// Adds `delta` and returns the value before, atomically over all ranks. Costs nanoseconds within
  /// a node and a message's round trip to rank 0 between nodes.
  long getAndAdd(long delta);

  /// Collective: this rank has made its last call. May wait for the other ranks.
  @Override
  void close();
}
