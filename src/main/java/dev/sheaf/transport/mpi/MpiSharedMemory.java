package dev.sheaf.transport.mpi;

import dev.sheaf.comm.SharedMemory;
import java.lang.foreign.MemorySegment;

/// A [SharedWindow] of the ranks of this rank's node.
final class MpiSharedMemory implements SharedMemory, Shared {
  private final MpiCommunicator node;
  private final SharedWindow window;

  MpiSharedMemory(MpiCommunicator comm, long bytes) {
    node = comm.ofNode();
    window = new SharedWindow(node, bytes);
  }

  @Override
  public MemorySegment segment() {
    return window.segment();
  }

  @Override
  public void sync() {
    window.sync();
  }

  @Override
  public void close() {
    window.close();
  }

  @Override
  public boolean closed() {
    return window.closed();
  }

  @Override
  public void free() {
    window.free();
    node.free();
  }
}
