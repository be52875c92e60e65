package dev.sheaf.transport.local;

import dev.sheaf.comm.SharedMemory;
import dev.sheaf.foreign.NativeFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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

  /// Up to here an arena is as good, and saves a program without other native functions the 45 ms
  /// that it takes to link the first.
  private static final long SMALL = 1 << 20;

  /// New memory for all ranks of a group; its segment is `null` where the system refuses. If large,
  /// from C's `calloc`: the system gives zeroed pages at their first use, while an arena would
  /// write zeros to all of them first and counts them as the JVM's direct memory, which is limited.
  static LocalSharedMemory allocate(LocalCommunicator comm, long bytes) {
    Arena arena = Arena.ofShared();
    MemorySegment segment =
        bytes <= SMALL ? arena.allocate(bytes, ALIGNMENT) : C.allocate(arena, bytes);
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
    private static final NativeFunction CALLOC = NativeFunction.ofC("calloc");
    private static final NativeFunction FREE = NativeFunction.ofC("free");
    private static final NativeFunction MADVISE = NativeFunction.ofC("madvise");
    private static final int MADV_HUGEPAGE = 14;

    /// A multiple of the size of pages, wherever Linux runs.
    private static final long PAGE = 1 << 16;

    static MemorySegment allocate(Arena arena, long bytes) {
      long block = CALLOC.call(1, Math.addExact(bytes, ALIGNMENT));
      if (block == 0) {
        return null;
      }
      // Pages of 2 MiB, if the system has them for who asks: their first use takes a third of the
      // time.
      long page = Math.ceilDiv(block, PAGE) * PAGE;
      MADVISE.call(page, block + bytes - page, MADV_HUGEPAGE);
      return MemorySegment.ofAddress(Math.ceilDiv(block, ALIGNMENT) * ALIGNMENT)
          .reinterpret(bytes, arena, _ -> FREE.call(block));
    }
  }
}
