package dev.sheaf.transport.common;

import java.lang.foreign.MemorySegment;

/// Zeroed memory shared by the ranks of a communicator, all of one node. Collective over them are
/// its making, [#sync] and [#free].
public interface NodeMemory extends Shared {
  /// The memory.
  MemorySegment segment();

  /// Makes the writes before it visible to the reads after it.
  void sync();

  /// Ends this rank's access: from now on it is an exception.
  void close();
}
