package dev.sheaf.workload;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.SharedMemory;
import dev.sheaf.report.Phase;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/// Bytes of rank 0 for all ranks to read, held once a node.
final class NodeCopy implements AutoCloseable {
  private final SharedMemory memory;

  private NodeCopy(SharedMemory memory) {
    this.memory = memory;
  }

  /// Has rank 0 fill the memory and sends it to the other nodes. Collective, as its close; each
  /// node but rank 0's receives the bytes once.
  static NodeCopy of(Job job, long bytes, Consumer<MemorySegment> fill) {
    try (var _ = job.phases().start(Phase.SCATTER)) {
      Communicator comm = job.comm();
      SharedMemory memory = comm.sharedMemory(bytes);
      if (comm.rank() == 0) {
        fill.accept(memory.segment());
      }
      int colour = comm.nodeRank() == 0 ? 0 : Communicator.UNDEFINED;
      Communicator leaders = comm.split(colour, comm.rank());
      if (leaders != null) {
        leaders.bcast(new Buffer(memory.segment(), ElementType.INT8), 0);
        leaders.close();
      }
      memory.sync();
      return new NodeCopy(memory);
    }
  }

  /// The bytes, not to be changed.
  MemorySegment segment() {
    return memory.segment();
  }

  @Override
  public void close() {
    memory.close();
  }
}
