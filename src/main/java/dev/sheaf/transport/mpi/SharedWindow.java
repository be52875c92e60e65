package dev.sheaf.transport.mpi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sheaf.comm.Blocks;
import dev.sheaf.transport.common.NodeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Zeroed memory shared by the ranks of a node: a window of `MPI_Win_allocate_shared`, all of it
/// rank 0's, locked by all for its whole life, so that loads and stores may be used. Collective
/// over the node, as are [#sync] and [#free].
final class SharedWindow implements NodeMemory {
  private final MpiCommunicator comm;
  private final Mpi mpi;
  private final long window;
  private final Arena lifetime = Arena.ofShared();
  private final MemorySegment segment;

  /// Allocates the memory.
  ///
  /// @param comm ranks of one node
  SharedWindow(MpiCommunicator comm, long bytes) {
    this.comm = comm;
    this.mpi = comm.mpi();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment base = arena.allocate(ADDRESS);
      MemorySegment out = arena.allocate(JAVA_LONG);
      comm.check(
          mpi.winAllocateShared,
          mpi.winAllocateShared.call(
              comm.rank() == 0 ? Math.max(bytes, 1) : 0,
              1,
              mpi.handle(Handle.INFO_NULL),
              comm.handle(),
              base.address(),
              out.address()));
      window = mpi.getHandle(out);
      comm.check(
          mpi.winSetErrhandler,
          mpi.winSetErrhandler.call(window, mpi.handle(Handle.ERRORS_RETURN)));
      MemorySegment size = arena.allocate(JAVA_LONG);
      MemorySegment unit = arena.allocate(JAVA_INT);
      comm.check(
          mpi.winSharedQuery,
          mpi.winSharedQuery.call(window, 0, size.address(), unit.address(), base.address()));
      segment = base.get(ADDRESS, 0).reinterpret(bytes, lifetime, null);
    }
    comm.check(mpi.winLockAll, mpi.winLockAll.call(mpi.abi.modeNoCheck, window));
    long start = Blocks.start(bytes, comm.size(), comm.rank());
    segment.asSlice(start, Blocks.count(bytes, comm.size(), comm.rank())).fill((byte) 0);
    sync();
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public void sync() {
    comm.check(mpi.winSync, mpi.winSync.call(window));
    comm.barrier();
    comm.check(mpi.winSync, mpi.winSync.call(window));
  }

  @Override
  public void close() {
    lifetime.close();
  }

  @Override
  public boolean closed() {
    return !lifetime.scope().isAlive();
  }

  @Override
  public void free() {
    if (!closed()) {
      close();
    }
    comm.check(mpi.winUnlockAll, mpi.winUnlockAll.call(window));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = arena.allocate(JAVA_LONG);
      mpi.setHandle(in, window);
      comm.check(mpi.winFree, mpi.winFree.call(in.address()));
    }
  }
}
