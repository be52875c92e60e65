package dev.sheaf.transport.common;

import dev.sheaf.foreign.NativeFunction;
import java.lang.foreign.MemorySegment;

/// Off-heap memory that the elements of Java arrays pass through. MPI can't be given an array
/// itself: while it blocks, the garbage collector would have to wait for it.
///
/// From C's `malloc`: not zeroed, and not counted against the JVM's limit on direct memory. Memory
/// up to [#PIECE] bytes is kept for the next call; the rest is freed. For one thread at a time.
final class Staging {
  /// How many bytes collectives pass on at a time.
  static final long PIECE = 8 << 20;

  private static final NativeFunction MALLOC = NativeFunction.ofC("malloc");
  private static final NativeFunction FREE = NativeFunction.ofC("free");

  private MemorySegment kept = MemorySegment.NULL;
  private boolean lent;

  /// Memory of this many bytes until [#release].
  MemorySegment take(long bytes) {
    if (lent || bytes > PIECE) {
      return allocate(bytes);
    }
    if (kept.byteSize() < bytes) {
      FREE.call(kept.address());
      kept = MemorySegment.NULL;
      kept = allocate(Math.clamp(2 * bytes, 4096, PIECE));
    }
    lent = true;
    return kept.asSlice(0, bytes);
  }

  /// Ends the use of what [#take] gave.
  void release(MemorySegment taken) {
    if (lent && taken.address() == kept.address()) {
      lent = false;
    } else {
      FREE.call(taken.address());
    }
  }

  private static MemorySegment allocate(long bytes) {
    long address = MALLOC.call(bytes);
    if (address == 0) {
      throw new OutOfMemoryError("no " + bytes + " bytes to copy an array's elements to");
    }
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }
}
