package dev.sheaf.transport.common;

import dev.sheaf.comm.VBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// A [VBuffer] as a library wants it: off-heap memory, counts and displacements. Parts of a Java
/// array, or at displacements that the library can't count, are staged one behind the other.
public final class Parts implements AutoCloseable {
  private final Staging staging;
  private final VBuffer parts;
  private final long elementBytes;
  private final MemorySegment staged;
  private final long[] displs;

  /// Takes the memory.
  ///
  /// @param large whether the library counts beyond `int`
  Parts(Staging staging, VBuffer parts, boolean large) {
    MemorySegment segment = parts.buffer().segment();
    this.staging = staging;
    this.parts = parts;
    this.elementBytes = parts.buffer().type().bytes();
    if (!segment.isNative() || (!large && parts.buffer().count() > Integer.MAX_VALUE)) {
      displs = new long[parts.counts().length];
      long end = 0;
      for (int rank = 0; rank < displs.length; rank++) {
        displs[rank] = end;
        end += parts.counts()[rank];
      }
      staged = staging.take(end * elementBytes);
    } else {
      displs = parts.displs();
      staged = null;
    }
  }

  /// The memory of all parts.
  public MemorySegment memory() {
    return staged == null ? parts.buffer().segment() : staged;
  }

  /// How many elements each part has.
  public long[] counts() {
    return parts.counts();
  }

  /// The first element of each part.
  public long[] displs() {
    return displs;
  }

  /// Stages all parts.
  void copyIn() {
    for (int rank = 0; rank < displs.length; rank++) {
      copyIn(rank);
    }
  }

  /// Stages the part of one rank.
  void copyIn(int rank) {
    if (staged != null) {
      MemorySegment.copy(
          parts.buffer().segment(),
          parts.displs()[rank] * elementBytes,
          staged,
          displs[rank] * elementBytes,
          parts.counts()[rank] * elementBytes);
    }
  }

  /// Brings all parts from the stage.
  void copyOut() {
    if (staged != null) {
      for (int rank = 0; rank < displs.length; rank++) {
        MemorySegment.copy(
            staged,
            displs[rank] * elementBytes,
            parts.buffer().segment(),
            parts.displs()[rank] * elementBytes,
            parts.counts()[rank] * elementBytes);
      }
    }
  }

  @Override
  public void close() {
    try {
      if (staged != null) {
        staging.release(staged);
      }
    } finally {
      Reference.reachabilityFence(parts.buffer().segment());
    }
  }
}
