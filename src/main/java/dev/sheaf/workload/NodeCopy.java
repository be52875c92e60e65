package dev.sheaf.workload;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.SharedMemory;
import dev.sheaf.report.Phase;
import java.lang.foreign.MemorySegment;

/// Bytes of rank 0 for all ranks to read, held once a node.
final class NodeCopy {
  private NodeCopy() {}

  /// What rank 0 does.
  @FunctionalInterface
  interface Fill {
    void into(MemorySegment memory) throws Exception;
  }

  /// What every rank does.
  @FunctionalInterface
  interface Use<R> {
    /// Works with what rank 0 has filled; not to be changed.
    R of(MemorySegment memory) throws Exception;
  }

  /// Has rank 0 fill the memory, sends it to one rank of each other node, and lets all use it.
  /// Collective; each node but rank 0's receives the bytes once.
  ///
  /// @throws AgreedInputException on every rank, if rank 0 met an input error or could not read
  static <R> R with(Job job, long bytes, Fill fill, Use<R> use) throws Exception {
    // Not try-with-resources: closing is collective, and a rank that fails must not wait for
    // others.
    SharedMemory memory = job.comm().sharedMemory(bytes);
    R result;
    try {
      send(job, memory, fill);
      result = use.of(memory.segment());
    } catch (AgreedInputException e) {
      memory.close();
      throw e;
    }
    memory.close();
    return result;
  }

  private static void send(Job job, SharedMemory memory, Fill fill) throws Exception {
    try (var _ = job.phases().start(Phase.SCATTER)) {
      job.onRoot(
          () -> {
            fill.into(memory.segment());
            return null;
          },
          Codecs.NOTHING);
      Communicator comm = job.comm();
      Communicator nodes =
          comm.split(comm.nodeRank() == 0 ? 0 : Communicator.UNDEFINED, comm.rank());
      if (nodes != null) {
        nodes.bcast(new Buffer(memory.segment(), ElementType.INT8), 0);
        nodes.close();
      }
      memory.sync();
    }
  }
}
