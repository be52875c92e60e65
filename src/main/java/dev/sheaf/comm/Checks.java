package dev.sheaf.comm;

import java.lang.foreign.MemorySegment;

/// The argument checks of all [Communicator]s: what can't be right throws
/// [IllegalArgumentException] before anything is sent. Only what this rank can see is checked.
public final class Checks {
  private Checks() {}

  /// The arguments of `send`.
  public static void send(Communicator comm, int dest, int tag) {
    rank(comm, "dest", dest);
    if (tag < 0 || tag > Communicator.MAX_TAG) {
      throw new IllegalArgumentException("tag " + tag + " is not in 0.." + Communicator.MAX_TAG);
    }
  }

  /// The arguments of `recv`.
  public static void recv(Communicator comm, Buffer data, int source, int tag) {
    probe(comm, source, tag);
    writable(data);
  }

  /// The arguments of `probe`.
  public static void probe(Communicator comm, int source, int tag) {
    if (source != Communicator.ANY_SOURCE) {
      rank(comm, "source", source);
    }
    if (tag != Communicator.ANY_TAG && (tag < 0 || tag > Communicator.MAX_TAG)) {
      throw new IllegalArgumentException(
          "tag " + tag + " is neither ANY_TAG nor in 0.." + Communicator.MAX_TAG);
    }
  }

  /// The arguments of `bcast`.
  public static void bcast(Communicator comm, Buffer data, int root) {
    rank(comm, "root", root);
    if (comm.rank() != root) {
      writable(data);
    }
  }

  /// The arguments of `scatterv`.
  public static void scatterv(Communicator comm, VBuffer send, Buffer recv, int root) {
    rank(comm, "root", root);
    writable(recv);
    if (comm.rank() == root) {
      parts(comm, "send", send, recv);
    }
  }

  /// The arguments of `gatherv`.
  public static void gatherv(Communicator comm, Buffer send, VBuffer recv, int root) {
    rank(comm, "root", root);
    if (comm.rank() == root) {
      parts(comm, "recv", recv, send);
      writable(recv.buffer());
    }
  }

  /// The arguments of `allgatherv`.
  public static void allgatherv(Communicator comm, Buffer send, VBuffer recv) {
    parts(comm, "recv", recv, send);
    writable(recv.buffer());
  }

  /// The arguments of `reduce`.
  public static void reduce(Communicator comm, Buffer send, Buffer recv, int root) {
    rank(comm, "root", root);
    if (comm.rank() == root) {
      allreduce(send, recv);
    }
  }

  /// The arguments of `allreduce`.
  public static void allreduce(Buffer send, Buffer recv) {
    if (recv == null) {
      throw new IllegalArgumentException("recv is null");
    }
    if (recv.type() != send.type() || recv.count() != send.count()) {
      throw new IllegalArgumentException(
          "recv holds %d %s, but send %d %s"
              .formatted(recv.count(), recv.type(), send.count(), send.type()));
    }
    writable(recv);
  }

  /// The arguments of `sharedMemory`.
  public static void sharedMemory(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("shared memory of " + bytes + " bytes");
    }
  }

  /// The arguments of `split`.
  public static void split(int colour) {
    if (colour < 0 && colour != Communicator.UNDEFINED) {
      throw new IllegalArgumentException("colour " + colour + " is neither >= 0 nor UNDEFINED");
    }
  }

  private static void rank(Communicator comm, String role, int rank) {
    if (rank < 0 || rank >= comm.size()) {
      throw new IllegalArgumentException(
          "%s %d is not in 0..%d".formatted(role, rank, comm.size() - 1));
    }
  }

  private static void parts(Communicator comm, String name, VBuffer parts, Buffer mine) {
    if (parts == null) {
      throw new IllegalArgumentException(name + " is null at the root");
    }
    if (parts.counts().length != comm.size()) {
      throw new IllegalArgumentException(
          "%s has %d counts for %d ranks".formatted(name, parts.counts().length, comm.size()));
    }
    long count = parts.counts()[comm.rank()];
    ElementType type = parts.buffer().type();
    if (mine.count() != count || mine.type() != type) {
      throw new IllegalArgumentException(
          "%s has %d %s for rank %d, but its buffer holds %d %s"
              .formatted(name, count, type, comm.rank(), mine.count(), mine.type()));
    }
  }

  private static void writable(Buffer data) {
    MemorySegment segment = data.segment();
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException("the receive buffer is read-only");
    }
  }
}
