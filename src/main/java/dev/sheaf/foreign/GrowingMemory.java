package dev.sheaf.foreign;

import java.lang.foreign.MemorySegment;

/// Memory of C's `realloc`. A large one grows by moving pages, and those at its end that nothing
/// was written to take no memory: so it may be much larger than what it holds, and is never held
/// twice.
public final class GrowingMemory implements AutoCloseable {
  private MemorySegment segment = MemorySegment.NULL;

  /// Linked at the first use.
  private static final class C {
    private static final NativeFunction REALLOC = NativeFunction.ofC("realloc");
    private static final NativeFunction FREE = NativeFunction.ofC("free");
  }

  /// Makes it larger or smaller; what it held from its beginning on stays.
  ///
  /// @param bytes at least one
  /// @return all of it, to be used until the next call
  /// @throws OutOfMemoryError if the system refuses
  public MemorySegment resize(long bytes) {
    long address = C.REALLOC.call(segment.address(), bytes);
    if (address == 0) {
      throw new OutOfMemoryError(bytes + " bytes of native memory");
    }
    segment = MemorySegment.ofAddress(address).reinterpret(bytes);
    return segment;
  }

  /// Gives it back, unless that is done.
  @Override
  public void close() {
    if (segment.address() != 0) {
      C.FREE.call(segment.address());
      segment = MemorySegment.NULL;
    }
  }
}
