package dev.sheaf.transport.common;

import dev.sheaf.comm.SharedMemory;
import java.lang.foreign.MemorySegment;

/// Memory of the ranks of this rank's node.
final class NodeSharedMemory implements SharedMemory, Shared {
  private final ProcessCommunicator node;
  private final NodeMemory memory;

  NodeSharedMemory(ProcessCommunicator comm, long bytes) {
    node = comm.ofNode();
    memory = node.allocateShared(bytes);
  }

  @Override
  public MemorySegment segment() {
    return memory.segment();
  }

  @Override
  public void sync() {
    memory.sync();
  }

  @Override
  public void close() {
    memory.close();
  }

  @Override
  public boolean closed() {
    return memory.closed();
  }

  @Override
  public void free() {
    memory.free();
    node.free();
  }
}
