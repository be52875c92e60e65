package dev.sheaf.transport.mpi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sheaf.comm.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A derived type that is a run of more than 2^31-1 elements, for libraries whose counts are `int`:
/// a struct of blocks of 2^30 elements and the rest.
final class LargeType implements AutoCloseable {
  private static final int BLOCK = 1 << 30;

  private final MpiCommunicator comm;
  private final Mpi mpi;
  private final long block;
  private final long handle;

  LargeType(MpiCommunicator comm, ElementType type, long count) {
    this.comm = comm;
    this.mpi = comm.mpi();
    long element = mpi.type(type);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      comm.check(mpi.typeContiguous, mpi.typeContiguous.call(BLOCK, element, out.address()));
      block = mpi.getHandle(out);
      long blocks = count / BLOCK;
      int rest = (int) (count % BLOCK);
      MemorySegment lengths = arena.allocateFrom(JAVA_INT, (int) blocks, rest);
      MemorySegment displs = arena.allocateFrom(JAVA_LONG, 0, blocks * BLOCK * type.bytes());
      MemorySegment types = arena.allocate(2L * mpi.abi.handleBytes, Long.BYTES);
      mpi.setHandle(types, block);
      mpi.setHandle(types.asSlice(mpi.abi.handleBytes), element);
      comm.check(
          mpi.typeCreateStruct,
          mpi.typeCreateStruct.call(
              2, lengths.address(), displs.address(), types.address(), out.address()));
      handle = mpi.getHandle(out);
      comm.check(mpi.typeCommit, mpi.typeCommit.call(out.address()));
    }
  }

  long handle() {
    return handle;
  }

  @Override
  public void close() {
    free(handle);
    free(block);
  }

  private void free(long type) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = arena.allocate(JAVA_LONG);
      mpi.setHandle(in, type);
      comm.check(mpi.typeFree, mpi.typeFree.call(in.address()));
    }
  }
}
