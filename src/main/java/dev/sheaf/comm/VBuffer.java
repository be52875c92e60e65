package dev.sheaf.comm;

/// Typed memory for all ranks of a communicator: rank `r`'s part is the `counts[r]` elements from
/// element `displs[r]` on, as in MPI's `v` collectives. The arrays are not copied; don't change
/// them while a call uses them.
///
/// @param buffer the memory of all parts
/// @param counts elements of each rank
/// @param displs first element of each rank
public record VBuffer(Buffer buffer, long[] counts, long[] displs) {
  /// Checks that every part lies within the buffer.
  public VBuffer {
    if (counts.length != displs.length) {
      throw new IllegalArgumentException(
          counts.length + " counts but " + displs.length + " displacements");
    }
    for (int rank = 0; rank < counts.length; rank++) {
      if (counts[rank] < 0 || displs[rank] < 0 || displs[rank] > buffer.count() - counts[rank]) {
        throw new IllegalArgumentException(
            "rank %d: count %d at displacement %d does not fit in %d elements"
                .formatted(rank, counts[rank], displs[rank], buffer.count()));
      }
    }
  }

  /// Parts of the given counts, one behind the other.
  public static VBuffer of(Buffer buffer, long... counts) {
    long[] displs = new long[counts.length];
    for (int rank = 1; rank < counts.length; rank++) {
      displs[rank] = displs[rank - 1] + counts[rank - 1];
    }
    return new VBuffer(buffer, counts, displs);
  }

  /// The whole buffer in even blocks over `size` ranks (see [Blocks]).
  public static VBuffer even(Buffer buffer, int size) {
    return of(buffer, Blocks.counts(buffer.count(), size));
  }

  /// The part of one rank.
  public Buffer part(int rank) {
    return buffer.slice(displs[rank], counts[rank]);
  }
}
