package dev.sheaf.transport.local;

import dev.sheaf.comm.SharedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicInteger;

/// The shared memory of a group, as one rank sees it.
///
/// @param comm the rank's communicator
/// @param arena owns the memory
/// @param users how many ranks have not closed it yet
/// @param segment the memory
record LocalSharedMemory(
    LocalCommunicator comm, Arena arena, AtomicInteger users, MemorySegment segment)
    implements SharedMemory {
  private static final long ALIGNMENT = 64;

  /// New memory for all ranks of a group; its segment is `null` where the system refuses. From C's
  /// `calloc`: the system gives zeroed pages at their first use, while an arena would write zeros
  /// to all of them first and counts them as the JVM's direct memory, which is limited.
  static LocalSharedMemory allocate(LocalCommunicator comm, long bytes) {
    Arena arena = Arena.ofShared();
    MemorySegment block = C.calloc(Math.addExact(bytes, ALIGNMENT));
    MemorySegment segment = null;
    if (!block.equals(MemorySegment.NULL)) {
      long padding = -block.address() & (ALIGNMENT - 1);
      segment = block.reinterpret(bytes + ALIGNMENT, arena, C::free).asSlice(padding, bytes);
    }
    return new LocalSharedMemory(comm, arena, new AtomicInteger(comm.size()), segment);
  }

  /// The same memory as another rank sees it.
  LocalSharedMemory of(LocalCommunicator other) {
    return new LocalSharedMemory(other, arena, users, segment);
  }

  @Override
  public void sync() {
    comm.meet("shared memory sync");
  }

  @Override
  public void close() {
    // The last one frees it: a rank that leaves by an exception needn't wait for the others.
    if (users.decrementAndGet() == 0) {
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
