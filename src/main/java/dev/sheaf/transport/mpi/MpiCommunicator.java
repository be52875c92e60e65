package dev.sheaf.transport.mpi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Checks;
import dev.sheaf.comm.CommException;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.SharedMemory;
import dev.sheaf.comm.Status;
import dev.sheaf.comm.VBuffer;
import dev.sheaf.foreign.NativeFunction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A communicator of C MPI.
///
/// **Memory.** Off-heap buffers are given to MPI as they are. The elements of Java arrays pass
/// through [Staging]: in pieces in `bcast`, `reduce` and `allreduce`, as a whole in the others,
/// where what arrives must match what was sent.
///
/// **Large counts.** Where the library has no `_c` functions, more than 2^31-1 elements go as one
/// element of a derived type (`send`, `recv`), in pieces (`bcast`, `reduce`, `allreduce`), or as a
/// message a rank (`scatterv`, `gatherv`, `allgatherv`).
final class MpiCommunicator implements Communicator, Shared {
  /// The node number of all ranks when there is only one node.
  static final int ONE_NODE = -1;

  private final MpiProcess process;
  private final Mpi mpi;
  private final long handle;
  private final int rank;
  private final int size;

  /// A number that the ranks of this rank's node share, or [#ONE_NODE].
  private final int node;

  private final int nodeRank;
  private final int nodeSize;

  /// What this communicator's ranks have made and not freed yet, the oldest first.
  private final List<Shared> made = new ArrayList<>();

  private boolean closed;

  /// Wraps an MPI communicator. Collective.
  ///
  /// @param node a number that the ranks of this rank's node share, or [#ONE_NODE] on all ranks
  MpiCommunicator(MpiProcess process, long handle, int node) {
    this.process = process;
    this.mpi = process.mpi();
    this.handle = handle;
    this.node = node;
    MemorySegment out = process.scratch();
    check(
        mpi.commSetErrhandler,
        mpi.commSetErrhandler.call(handle, mpi.handle(Handle.ERRORS_RETURN)));
    check(mpi.commRank, mpi.commRank.call(handle, out.address()));
    rank = out.get(JAVA_INT, 0);
    check(mpi.commSize, mpi.commSize.call(handle, out.address()));
    size = out.get(JAVA_INT, 0);
    int before = rank;
    int all = size;
    if (node != ONE_NODE) {
      before = 0;
      all = 0;
      long[] nodes = allgather(node);
      for (int r = 0; r < size; r++) {
        if (nodes[r] == node) {
          all++;
          before += r < rank ? 1 : 0;
        }
      }
    }
    nodeRank = before;
    nodeSize = all;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String host() {
    return process.host();
  }

  @Override
  public int nodeRank() {
    return nodeRank;
  }

  @Override
  public int nodeSize() {
    return nodeSize;
  }

  @Override
  public String library() {
    return "mpi (" + mpi.version + ")";
  }

  MpiProcess process() {
    return process;
  }

  long handle() {
    return handle;
  }

  /// Throws if a call has failed.
  void check(NativeFunction function, long code) {
    if ((int) code != 0) {
      throw failure(function, (int) code);
    }
  }

  private CommException failure(NativeFunction function, int code) {
    return new CommException(
        "%s failed on rank %d of %d (%s): %s"
            .formatted(function.name(), rank, size, process.host(), mpi.errorText(code)));
  }

  @Override
  public void barrier() {
    check(mpi.barrier, mpi.barrier.call(handle));
  }

  // ---- point to point ----

  @Override
  public void send(Buffer data, int dest, int tag) {
    Checks.send(this, dest, tag);
    try (OffHeap memory = offHeap(data)) {
      memory.copyIn();
      send(memory.address(), data.count(), data.type(), dest, tag);
    }
  }

  private void send(long address, long count, ElementType type, int dest, int tag) {
    if (fits(count)) {
      check(mpi.send, mpi.send.call(address, count, mpi.type(type), dest, tag, handle));
    } else {
      try (LargeType large = new LargeType(this, type, count)) {
        check(mpi.send, mpi.send.call(address, 1, large.handle(), dest, tag, handle));
      }
    }
  }

  @Override
  public Status recv(Buffer data, int source, int tag) {
    Checks.recv(this, data, source, tag);
    if (!data.segment().isNative() && data.segment().byteSize() > Staging.PIECE) {
      Status message = probe(source, tag); // to stage no more than the message
      long count = Math.ceilDiv(message.bytes(), data.type().bytes());
      if (count < data.count()) {
        return receive(data.slice(0, count), message.source(), message.tag());
      }
    }
    return receive(data, source, tag);
  }

  private Status receive(Buffer data, int source, int tag) {
    try (OffHeap memory = offHeap(data)) {
      recv(memory.address(), data.count(), data.type(), source, tag);
      Status status = status();
      memory.copyOut(status.bytes());
      return status;
    }
  }

  private void recv(long address, long count, ElementType type, int source, int tag) {
    int from = source(source);
    int with = tag(tag);
    long status = process.scratch().address();
    if (fits(count)) {
      check(mpi.recv, mpi.recv.call(address, count, mpi.type(type), from, with, handle, status));
    } else {
      try (LargeType large = new LargeType(this, type, count)) {
        check(mpi.recv, mpi.recv.call(address, 1, large.handle(), from, with, handle, status));
      }
    }
  }

  @Override
  public Status probe(int source, int tag) {
    Checks.probe(this, source, tag);
    long status = process.scratch().address();
    check(mpi.probe, mpi.probe.call(source(source), tag(tag), handle, status));
    return status();
  }

  private Status status() {
    MemorySegment status = process.scratch();
    return new Status(
        status.get(JAVA_INT, mpi.abi.statusSource),
        status.get(JAVA_INT, mpi.abi.statusTag),
        bytes(status));
  }

  /// The length of a message. Where the ABI fixes its place, without a call, which is a tenth of
  /// what a short message costs.
  private long bytes(MemorySegment status) {
    return switch (mpi.abi) {
      case OPEN_MPI -> status.get(JAVA_LONG, 16); // _ucount
      case MPICH -> // count_lo, count_hi_and_cancelled
          (status.get(JAVA_INT, 4) >>> 1) * 0x1_0000_0000L
              + Integer.toUnsignedLong(status.get(JAVA_INT, 0));
      case STANDARD -> {
        long bytes = status.address() + Abi.STATUS_BYTES;
        check(
            mpi.getElements,
            mpi.getElements.call(status.address(), mpi.type(ElementType.INT8), bytes));
        yield status.get(JAVA_LONG, Abi.STATUS_BYTES);
      }
    };
  }

  private int source(int source) {
    return source == ANY_SOURCE ? mpi.abi.anySource : source;
  }

  private int tag(int tag) {
    return tag == ANY_TAG ? mpi.abi.anyTag : tag;
  }

  // ---- collectives ----

  @Override
  public void bcast(Buffer data, int root) {
    Checks.bcast(this, data, root);
    long piece = Staging.PIECE / data.type().bytes();
    for (long start = 0; start < data.count(); start += piece) {
      bcastPiece(data.slice(start, Math.min(piece, data.count() - start)), root);
    }
  }

  private void bcastPiece(Buffer data, int root) {
    try (OffHeap memory = offHeap(data)) {
      if (rank == root) {
        memory.copyIn();
      }
      bcast(memory.address(), data.count(), data.type(), root);
      if (rank != root) {
        memory.copyOut(data.segment().byteSize());
      }
    }
  }

  private void bcast(long address, long count, ElementType type, int root) {
    check(mpi.bcast, mpi.bcast.call(address, count, mpi.type(type), root, handle));
  }

  @Override
  public void scatterv(VBuffer send, Buffer recv, int root) {
    Checks.scatterv(this, send, recv, root);
    boolean atRoot = rank == root;
    if (tooLarge(atRoot ? send : null, root)) {
      scatterMessages(send, recv, root);
      return;
    }
    long type = mpi.type(recv.type());
    if (atRoot) {
      try (Parts parts = new Parts(process, send)) {
        parts.copyIn();
        check(
            mpi.scatterv,
            mpi.scatterv.call(
                parts.address(),
                parts.counts(),
                parts.displs(),
                type,
                mpi.abi.inPlace,
                0,
                type,
                root,
                handle));
      }
      recv.segment().copyFrom(send.part(rank).segment());
    } else {
      try (OffHeap memory = offHeap(recv)) {
        check(
            mpi.scatterv,
            mpi.scatterv.call(0, 0, 0, type, memory.address(), recv.count(), type, root, handle));
        memory.copyOut(recv.segment().byteSize());
      }
    }
  }

  private void scatterMessages(VBuffer send, Buffer recv, int root) {
    MpiCommunicator apart = duplicate();
    if (rank == root) {
      for (int r = 0; r < size; r++) {
        if (r != root && send.counts()[r] > 0) {
          apart.send(send.part(r), r, 0);
        }
      }
      recv.segment().copyFrom(send.part(rank).segment());
    } else if (recv.count() > 0) {
      apart.recv(recv, root, 0);
    }
    apart.free();
  }

  @Override
  public void gatherv(Buffer send, VBuffer recv, int root) {
    Checks.gatherv(this, send, recv, root);
    boolean atRoot = rank == root;
    if (tooLarge(atRoot ? recv : null, root)) {
      gatherMessages(send, recv, root);
      return;
    }
    long type = mpi.type(send.type());
    if (atRoot) {
      recv.part(rank).segment().copyFrom(send.segment());
      try (Parts parts = new Parts(process, recv)) {
        parts.copyIn(rank);
        check(
            mpi.gatherv,
            mpi.gatherv.call(
                mpi.abi.inPlace,
                0,
                type,
                parts.address(),
                parts.counts(),
                parts.displs(),
                type,
                root,
                handle));
        parts.copyOut();
      }
    } else {
      try (OffHeap memory = offHeap(send)) {
        memory.copyIn();
        check(
            mpi.gatherv,
            mpi.gatherv.call(memory.address(), send.count(), type, 0, 0, 0, type, root, handle));
      }
    }
  }

  private void gatherMessages(Buffer send, VBuffer recv, int root) {
    MpiCommunicator apart = duplicate();
    if (rank == root) {
      recv.part(rank).segment().copyFrom(send.segment());
      for (int r = 0; r < size; r++) {
        if (r != root && recv.counts()[r] > 0) {
          apart.recv(recv.part(r), r, 0);
        }
      }
    } else if (send.count() > 0) {
      apart.send(send, root, 0);
    }
    apart.free();
  }

  /// Whether the root's counts or displacements are too large for the library. Only the root knows
  /// them, so with `int` counts it tells the others.
  private boolean tooLarge(VBuffer parts, int root) {
    if (mpi.largeCounts) {
      return false;
    }
    boolean large = parts != null && !fits(parts.buffer().count());
    MemorySegment flag = process.scratch();
    flag.set(JAVA_INT, 0, large ? 1 : 0);
    bcast(flag.address(), 1, ElementType.INT32, root);
    return flag.get(JAVA_INT, 0) != 0;
  }

  @Override
  public void allgatherv(Buffer send, VBuffer recv) {
    Checks.allgatherv(this, send, recv);
    recv.part(rank).segment().copyFrom(send.segment());
    long total = 0;
    for (long count : recv.counts()) {
      total += count;
    }
    if (total > Integer.MAX_VALUE) { // MPICH 4.0's MPI_Allgatherv_c crashes then
      for (int r = 0; r < size; r++) {
        bcast(recv.part(r), r);
      }
      return;
    }
    long type = mpi.type(send.type());
    try (Parts parts = new Parts(process, recv)) {
      parts.copyIn(rank);
      check(
          mpi.allgatherv,
          mpi.allgatherv.call(
              mpi.abi.inPlace,
              0,
              type,
              parts.address(),
              parts.counts(),
              parts.displs(),
              type,
              handle));
      parts.copyOut();
    }
  }

  @Override
  public void reduce(Buffer send, Buffer recv, Op op, int root) {
    Checks.reduce(this, send, recv, root);
    reduceOrAll(send, rank == root ? recv : null, op, root);
  }

  @Override
  public void allreduce(Buffer send, Buffer recv, Op op) {
    Checks.allreduce(send, recv);
    reduceOrAll(send, recv, op, -1);
  }

  /// Reduces to `root`, or with -1 to all; `recv` is `null` where there is no result.
  private void reduceOrAll(Buffer send, Buffer recv, Op op, int root) {
    boolean wide = send.type() == ElementType.INT8 && op == Op.SUM;
    long piece = Staging.PIECE / send.type().bytes();
    for (long start = 0; start < send.count(); start += piece) {
      long count = Math.min(piece, send.count() - start);
      Buffer from = send.slice(start, count);
      Buffer to = recv == null ? null : recv.slice(start, count);
      if (wide) {
        sumBytes(from, to, root);
      } else {
        reducePiece(from, to, op, root);
      }
    }
  }

  private void reducePiece(Buffer from, Buffer to, Op op, int root) {
    boolean same = to != null && from.segment().address() == to.segment().address();
    boolean inPlace = same && from.segment().isNative() && root < 0;
    // Not in place in MPI_Reduce: up to 4.1.1 MPICH crashes in it when the root is not 0.
    try (OffHeap in = new OffHeap(from, process.staging(), same && !inPlace);
        OffHeap out = to == null ? null : offHeap(to)) {
      in.copyIn();
      reduce(
          inPlace ? mpi.abi.inPlace : in.address(),
          out == null ? 0 : out.address(),
          from.count(),
          from.type(),
          op,
          root);
      if (out != null) {
        out.copyOut(to.segment().byteSize());
      }
    }
  }

  /// Sums bytes as `int`s, of which the lower eight bits are what the sum wraps around to. Open
  /// MPI's own sums of `MPI_INT8_T` stop at 127 where it uses AVX.
  private void sumBytes(Buffer from, Buffer to, int root) {
    int[] sums = new int[(int) from.count()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = from.segment().get(JAVA_BYTE, i);
    }
    Buffer wide = Buffer.of(sums);
    reduceOrAll(wide, to == null ? null : wide, Op.SUM, root);
    if (to != null) {
      for (int i = 0; i < sums.length; i++) {
        to.segment().set(JAVA_BYTE, i, (byte) sums[i]);
      }
    }
  }

  private void reduce(long from, long to, long count, ElementType type, Op op, int root) {
    if (root < 0) {
      check(mpi.allreduce, mpi.allreduce.call(from, to, count, mpi.type(type), mpi.op(op), handle));
    } else {
      check(mpi.reduce, mpi.reduce.call(from, to, count, mpi.type(type), mpi.op(op), root, handle));
    }
  }

  // ---- what ranks make together ----

  @Override
  public Counter counter() {
    freeClosed();
    if (nodeSize == size) {
      NodeCounter counter = new NodeCounter(this);
      made.add(counter);
      return counter;
    }
    ServedCounter counter = new ServedCounter(this);
    made.add(counter);
    return counter;
  }

  @Override
  public SharedMemory sharedMemory(long bytes) {
    Checks.sharedMemory(bytes);
    freeClosed();
    MpiSharedMemory memory = new MpiSharedMemory(this, bytes);
    made.add(memory);
    return memory;
  }

  @Override
  public Communicator split(int colour, int key) {
    Checks.split(colour);
    freeClosed();
    if (colour == UNDEFINED) {
      splitOff(Abi.UNDEFINED, key);
      return null;
    }
    MpiCommunicator part = new MpiCommunicator(process, splitOff(colour, key), node);
    made.add(part);
    return part;
  }

  private long splitOff(int colour, int key) {
    MemorySegment out = process.scratch();
    check(mpi.commSplit, mpi.commSplit.call(handle, colour, key, out.address()));
    return mpi.getHandle(out);
  }

  /// The ranks of this rank's node, in their order, with messages of their own. Collective; to be
  /// freed by the caller.
  MpiCommunicator ofNode() {
    return node == ONE_NODE
        ? duplicate()
        : new MpiCommunicator(process, splitOff(node, 0), ONE_NODE);
  }

  /// The ranks that share memory with this one, in their order (`MPI_Comm_split_type`). Collective;
  /// to be freed by the caller.
  MpiCommunicator ofHost() {
    MemorySegment out = process.scratch();
    check(
        mpi.commSplitType,
        mpi.commSplitType.call(
            handle, mpi.abi.commTypeShared, 0, mpi.handle(Handle.INFO_NULL), out.address()));
    return new MpiCommunicator(process, mpi.getHandle(out), ONE_NODE);
  }

  /// The same ranks with messages of their own (`MPI_Comm_dup`). Collective; to be freed by the
  /// caller.
  MpiCommunicator duplicate() {
    MemorySegment out = process.scratch();
    check(mpi.commDup, mpi.commDup.call(handle, out.address()));
    return new MpiCommunicator(process, mpi.getHandle(out), node);
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public boolean closed() {
    return closed;
  }

  @Override
  public void free() {
    freeAll();
    MemorySegment in = process.scratch();
    mpi.setHandle(in, handle);
    check(mpi.commFree, mpi.commFree.call(in.address()));
  }

  /// Frees what was made with this communicator, closed or not. Collective.
  void freeAll() {
    made.forEach(Shared::free);
    made.clear();
  }

  private void freeClosed() {
    for (Shared thing : made) {
      if (thing.closed()) {
        thing.free();
      }
    }
    made.removeIf(Shared::closed);
  }

  @Override
  public RuntimeException abort(String reason, int status) {
    return process.ending().abort(reason, status);
  }

  private OffHeap offHeap(Buffer buffer) {
    return new OffHeap(buffer, process.staging(), false);
  }

  private boolean fits(long count) {
    return mpi.largeCounts || count <= Integer.MAX_VALUE;
  }
}
