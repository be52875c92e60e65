package dev.sheaf.transport.common;

import dev.sheaf.comm.Buffer;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// A buffer's elements where MPI may read and write them until [#close]: in the buffer itself if it
/// is off-heap, else on the stage, between [#copyIn] and [#copyOut].
final class OffHeap implements AutoCloseable {
  private final MemorySegment segment;
  private final Staging staging;
  private final MemorySegment staged;

  /// Takes the memory.
  ///
  /// @param copy whether to use the stage in any case
  OffHeap(Buffer buffer, Staging staging, boolean copy) {
    this.segment = buffer.segment();
    this.staging = staging;
    if (!segment.scope().isAlive()) {
      throw new IllegalStateException("the buffer's memory has been freed");
    }
    staged = copy || !segment.isNative() ? staging.take(segment.byteSize()) : null;
  }

  /// The memory: off-heap, at least as long as the buffer.
  MemorySegment memory() {
    return staged == null ? segment : staged;
  }

  /// Brings the buffer's elements to the stage.
  void copyIn() {
    if (staged != null) {
      staged.copyFrom(segment);
    }
  }

  /// Brings the first bytes from the stage to the buffer.
  void copyOut(long bytes) {
    if (staged != null) {
      MemorySegment.copy(staged, 0, segment, 0, bytes);
    }
  }

  @Override
  public void close() {
    try {
      if (staged != null) {
        staging.release(staged);
      }
    } finally {
      Reference.reachabilityFence(segment);
    }
  }
}
