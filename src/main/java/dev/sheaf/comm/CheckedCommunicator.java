package dev.sheaf.comm;

import java.util.List;

/// A communicator for programs that are still being written: what would hang or give wrong data is
/// told by an exception, on the rank at fault where one rank can know that, else on all.
///
/// - Collective calls are compared before they are made: name, root, operation, type and count.
/// - Threads other than the one that made this object, and calls after `close`, are turned away.
///
/// **Cost.** A collective call is preceded by an `allgather` of 16 bytes a rank.
public final class CheckedCommunicator implements Communicator {
  private static final int WORDS = 2;

  private final Communicator comm;
  private final Thread owner = Thread.currentThread();
  private boolean closed;

  /// Checks the calls of this thread.
  public CheckedCommunicator(Communicator comm) {
    this.comm = comm;
  }

  /// This rank's program makes no more calls: waits until no rank does. Collective.
  public void end() {
    while (true) {
      try {
        compare("has returned from its program", 0);
        return;
      } catch (IllegalStateException e) {
        // Told by the rank that has made a call, which is in the program's stack there.
      }
    }
  }

  /// Whether this thread may make this call now.
  private void mine(String call) {
    if (!Thread.currentThread().equals(owner)) {
      throw new IllegalStateException(
          "%s on thread %s: the communicator of rank %d is for its own thread, %s, alone"
              .formatted(call, Thread.currentThread().getName(), rank(), owner.getName()));
    }
    if (closed) {
      throw new IllegalStateException(call + ": the communicator is closed");
    }
  }

  /// Compares what this rank does with what the others do. Collective.
  ///
  /// @param count a number that may differ from rank to rank
  /// @return all ranks' counts
  private long[] compare(String does, long count) {
    long[] all = new long[WORDS * size()];
    Buffer mine = Buffer.of(does.hashCode(), count);
    comm.allgatherv(mine, VBuffer.even(Buffer.of(all), size()));
    long[] counts = new long[size()];
    boolean same = true;
    for (int rank = 0; rank < counts.length; rank++) {
      same &= all[WORDS * rank] == all[0];
      counts[rank] = all[WORDS * rank + 1];
    }
    if (!same) {
      List<String> each = comm.allgatherObjects(does, Codecs.STRING);
      int other = 1;
      while (each.get(other).equals(each.getFirst())) {
        other++;
      }
      throw new IllegalStateException(
          "collective calls differ: rank 0 %s, but rank %d %s"
              .formatted(each.getFirst(), other, each.get(other)));
    }
    return counts;
  }

  private void together(String call) {
    compare("calls " + call, 0);
  }

  /// Before a call that takes as many elements on every rank.
  private void together(String call, Buffer data) {
    together(call + " of " + data.count() + " " + data.type());
  }

  /// Before a call that takes a part of each rank.
  ///
  /// @param mine this rank's part
  /// @param parts of all ranks; `null` where they are not known
  private void together(String call, Buffer mine, VBuffer parts) {
    long[] counts = compare("calls " + call + " of " + mine.type(), mine.count());
    for (int rank = 0; parts != null && rank < counts.length; rank++) {
      if (counts[rank] != parts.counts()[rank]) {
        throw new IllegalArgumentException(
            "%s: rank %d has counted %d %s for rank %d, whose buffer holds %d"
                .formatted(call, rank(), parts.counts()[rank], mine.type(), rank, counts[rank]));
      }
    }
  }

  private static String at(String call, int root) {
    return call + " with root " + root;
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
    mine("barrier");
    together("barrier");
    comm.barrier();
  }

  @Override
  public void send(Buffer data, int dest, int tag) {
    mine("send");
    comm.send(data, dest, tag);
  }

  @Override
  public Status recv(Buffer data, int source, int tag) {
    mine("recv");
    return comm.recv(data, source, tag);
  }

  @Override
  public Status probe(int source, int tag) {
    mine("probe");
    return comm.probe(source, tag);
  }

  @Override
  public void bcast(Buffer data, int root) {
    mine("bcast");
    Checks.bcast(this, data, root);
    together(at("bcast", root), data);
    comm.bcast(data, root);
  }

  @Override
  public void scatterv(VBuffer send, Buffer recv, int root) {
    mine("scatterv");
    Checks.scatterv(this, send, recv, root);
    together(at("scatterv", root), recv, rank() == root ? send : null);
    comm.scatterv(send, recv, root);
  }

  @Override
  public void gatherv(Buffer send, VBuffer recv, int root) {
    mine("gatherv");
    Checks.gatherv(this, send, recv, root);
    together(at("gatherv", root), send, rank() == root ? recv : null);
    comm.gatherv(send, recv, root);
  }

  @Override
  public void allgatherv(Buffer send, VBuffer recv) {
    mine("allgatherv");
    Checks.allgatherv(this, send, recv);
    together("allgatherv", send, recv);
    comm.allgatherv(send, recv);
  }

  @Override
  public void reduce(Buffer send, Buffer recv, Op op, int root) {
    mine("reduce");
    Checks.reduce(this, send, recv, root);
    together(at("reduce " + op, root), send);
    comm.reduce(send, recv, op, root);
  }

  @Override
  public void allreduce(Buffer send, Buffer recv, Op op) {
    mine("allreduce");
    Checks.allreduce(send, recv);
    together("allreduce " + op, send);
    comm.allreduce(send, recv, op);
  }

  @Override
  public Counter counter() {
    mine("counter");
    together("counter");
    return comm.counter();
  }

  @Override
  public SharedMemory sharedMemory(long bytes) {
    mine("sharedMemory");
    Checks.sharedMemory(bytes);
    together("sharedMemory");
    return comm.sharedMemory(bytes);
  }

  @Override
  public Postbox postbox(int words) {
    mine("postbox");
    together("postbox");
    return comm.postbox(words);
  }

  @Override
  public Progress progress() {
    return comm.progress();
  }

  @Override
  public Communicator split(int colour, int key) {
    mine("split");
    Checks.split(colour);
    together("split");
    Communicator part = comm.split(colour, key);
    return part == null ? null : new CheckedCommunicator(part);
  }

  @Override
  public RuntimeException abort(String reason, int status) {
    return comm.abort(reason, status);
  }

  @Override
  public void close() {
    mine("close");
    comm.close();
    closed = true;
  }
}
