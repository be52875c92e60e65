package dev.sheaf.transport.local;

import dev.sheaf.comm.SharedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The shared memory of a group, as one rank sees it.
///
/// @param comm the rank's communicator
/// @param arena owns the memory
/// @param segment the memory
record LocalSharedMemory(LocalCommunicator comm, Arena arena, MemorySegment segment)
    implements SharedMemory {
  private static final long ALIGNMENT = 64;

  /// Zeroed memory that ends with the arena, or `null` where there is not so much. From C's
  /// `calloc`: the system gives zeroed pages at their first use, while an arena would write zeros
  /// to all of them first and counts them as the JVM's direct memory, which is limited.
  static MemorySegment allocate(Arena arena, long bytes) {
    MemorySegment block = C.calloc(Math.addExact(bytes, ALIGNMENT));
    if (block.equals(MemorySegment.NULL)) {
      return null;
    }
    long padding = -block.address() & (ALIGNMENT - 1);
    return block.reinterpret(bytes + ALIGNMENT, arena, C::free).asSlice(padding, bytes);
  }

  @Override
  public void sync() {
    comm.meet("shared memory sync");
  }

  @Override
  public void close() {
    comm.meet("shared memory close");
    if (comm.rank() == 0) {
      arena.close();
    }
  }

  private static final class C {
    private static final MethodHandle CALLOC =
        link(
            "calloc",
            FunctionDescriptor.of(
                ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE =
        link("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private static MethodHandle link(String name, FunctionDescriptor type) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    static MemorySegment calloc(long bytes) {
      try {
        return (MemorySegment) CALLOC.invokeExact(1L, bytes);
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }

    static void free(MemorySegment block) {
      try {
        FREE.invokeExact(block);
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
  }
}
