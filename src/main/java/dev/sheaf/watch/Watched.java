package dev.sheaf.watch;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.Postbox;
import dev.sheaf.comm.Progress;
import dev.sheaf.comm.SharedMemory;
import dev.sheaf.comm.Status;
import dev.sheaf.comm.VBuffer;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/// A communicator whose calls are noted in this rank's row. A call costs two stores more.
final class Watched implements Communicator {
  private final Communicator comm;
  private final Notes notes;
  private final boolean world;

  /// @param world whether it is the communicator of all ranks
  Watched(Communicator comm, Notes notes, boolean world) {
    this.comm = comm;
    this.notes = notes;
    this.world = world;
  }

  private <T> T in(Call call, Supplier<T> body) {
    notes.begin(call, world);
    try {
      return body.get();
    } finally {
      notes.over();
    }
  }

  private void in(Call call, Runnable body) {
    in(
        call,
        () -> {
          body.run();
          return null;
        });
  }

  @Override
  public int rank() {
    return comm.rank();
  }

  @Override
  public int size() {
    return comm.size();
  }

  @Override
  public String host() {
    return comm.host();
  }

  @Override
  public int nodeRank() {
    return comm.nodeRank();
  }

  @Override
  public int nodeSize() {
    return comm.nodeSize();
  }

  @Override
  public String library() {
    return comm.library();
  }

  @Override
  public void barrier() {
    in(Call.BARRIER, comm::barrier);
  }

  @Override
  public void send(Buffer data, int dest, int tag) {
    in(Call.SEND, () -> comm.send(data, dest, tag));
  }

  @Override
  public Status recv(Buffer data, int source, int tag) {
    return in(Call.RECV, () -> comm.recv(data, source, tag));
  }

  @Override
  public Status probe(int source, int tag) {
    return in(Call.PROBE, () -> comm.probe(source, tag));
  }

  @Override
  public void bcast(Buffer data, int root) {
    in(Call.BCAST, () -> comm.bcast(data, root));
  }

  @Override
  public void scatterv(VBuffer send, Buffer recv, int root) {
    in(Call.SCATTERV, () -> comm.scatterv(send, recv, root));
  }

  @Override
  public void gatherv(Buffer send, VBuffer recv, int root) {
    in(Call.GATHERV, () -> comm.gatherv(send, recv, root));
  }

  @Override
  public void allgatherv(Buffer send, VBuffer recv) {
    in(Call.ALLGATHERV, () -> comm.allgatherv(send, recv));
  }

  @Override
  public void reduce(Buffer send, Buffer recv, Op op, int root) {
    in(Call.REDUCE, () -> comm.reduce(send, recv, op, root));
  }

  @Override
  public void allreduce(Buffer send, Buffer recv, Op op) {
    in(Call.ALLREDUCE, () -> comm.allreduce(send, recv, op));
  }

  @Override
  public Counter counter() {
    return in(Call.COUNTER, comm::counter);
  }

  @Override
  public SharedMemory sharedMemory(long bytes) {
    SharedMemory memory = in(Call.SHARED_MEMORY, () -> comm.sharedMemory(bytes));
    return new SharedMemory() {
      @Override
      public MemorySegment segment() {
        return memory.segment();
      }

      @Override
      public void sync() {
        in(Call.SYNC, memory::sync);
      }

      @Override
      public void close() {
        memory.close();
      }
    };
  }

  @Override
  public Postbox postbox(int words) {
    return in(Call.POSTBOX, () -> comm.postbox(words));
  }

  @Override
  public Progress progress() {
    return notes;
  }

  @Override
  public Communicator split(int colour, int key) {
    Communicator part = in(Call.SPLIT, () -> comm.split(colour, key));
    return part == null ? null : new Watched(part, notes, false);
  }

  @Override
  public RuntimeException abort(String reason, int status) {
    return comm.abort(reason, status);
  }

  @Override
  public void close() {
    comm.close();
  }
}
