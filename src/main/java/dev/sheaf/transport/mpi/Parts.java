package dev.sheaf.transport.mpi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sheaf.comm.VBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// A [VBuffer] as MPI wants it: an address, and arrays of counts and displacements. Parts of a Java
/// array, or at displacements that the library can't count, are staged one behind the other.
final class Parts implements AutoCloseable {
  private final Staging staging;
  private final VBuffer parts;
  private final long elementBytes;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment staged;
  private final long[] displs;
  private final long address;
  private final long nativeCounts;
  private final long nativeDispls;

  Parts(MpiProcess process, VBuffer parts) {
    boolean large = process.mpi().largeCounts;
    MemorySegment segment = parts.buffer().segment();
    this.staging = process.staging();
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
      address = staged.address();
    } else {
      displs = parts.displs();
      staged = null;
      address = segment.address();
    }
    nativeCounts = array(parts.counts(), large);
    nativeDispls = array(displs, large);
  }

  long address() {
    return address;
  }

  /// The address of the array of counts.
  long counts() {
    return nativeCounts;
  }

  /// The address of the array of displacements.
  long displs() {
    return nativeDispls;
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
      arena.close();
    } finally {
      Reference.reachabilityFence(parts.buffer().segment());
    }
  }

  private long array(long[] values, boolean large) {
    if (large) {
      return arena.allocateFrom(JAVA_LONG, values).address();
    }
    MemorySegment array = arena.allocate(JAVA_INT, values.length);
    for (int i = 0; i < values.length; i++) {
      array.setAtIndex(JAVA_INT, i, Math.toIntExact(values[i]));
    }
    return array.address();
  }
}
