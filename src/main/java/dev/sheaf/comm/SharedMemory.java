package dev.sheaf.comm;

import java.lang.foreign.MemorySegment;

/// One piece of memory for all ranks of a node, zeroed at first: one copy of a big input instead of
/// one a rank (`MPI_Win_allocate_shared`).
public interface SharedMemory extends AutoCloseable {
  /// The memory, the same bytes in every rank of the node.
  MemorySegment segment();

  /// Makes what the node's ranks wrote before this call visible to all of them after it: a barrier
  /// of the node with the memory fences that the transport needs (`MPI_Win_sync`). Collective over
  /// the node.
  void sync();

  /// Frees the memory. Collective over the node, may wait for its ranks; the segment must not be
  /// touched afterwards.
  @Override
  void close();
}
