package dev.sheaf.transport.common;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Checks;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.Postbox;
import dev.sheaf.comm.SharedMemory;
import dev.sheaf.comm.Status;
import dev.sheaf.comm.VBuffer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A communicator of ranks that are processes, on the calls of a library of MPI's kind, which takes
/// off-heap memory: the methods whose names end in `Memory`.
///
/// **Memory.** Off-heap buffers are given to the library as they are. The elements of Java arrays
/// pass through [Staging]: in pieces in `bcast`, `reduce` and `allreduce`, as a whole in the
/// others, where what arrives must match what was sent.
///
/// **Large counts.** Where the library has none, more than 2^31-1 elements go in pieces (`bcast`,
/// `reduce`, `allreduce`) or as a message a rank (`scatterv`, `gatherv`, `allgatherv`); `send` and
/// `recv` are left to the library's derived types.
public abstract class ProcessCommunicator implements Communicator, Shared {
  /// The node number of all ranks when there is only one node.
  public static final int ONE_NODE = -1;

  private final RankProcess process;
  private final int rank;
  private final int size;

  /// A number that the ranks of this rank's node share, or [#ONE_NODE].
  private final int node;

  private final int nodeRank;
  private final int nodeSize;

  /// What this communicator's ranks have made and not freed yet, the oldest first.
  private final List<Shared> made = new ArrayList<>();

  private boolean closed;

  /// Asks the others for their node, between several nodes: call it when the fields that
  /// [#allgathervMemory] needs are set. Collective.
  ///
  /// @param node a number that the ranks of this rank's node share, or [#ONE_NODE] on all ranks
  @SuppressWarnings("this-escape") // the subclass has set its fields before
  protected ProcessCommunicator(RankProcess process, int rank, int size, int node) {
    this.process = process;
    this.rank = rank;
    this.size = size;
    this.node = node;
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

  // ---- the library's calls, on off-heap memory ----

  /// Whether the library counts elements beyond `int`.
  protected abstract boolean largeCounts();

  /// `MPI_Send`.
  protected abstract void sendMemory(
      MemorySegment memory, long count, ElementType type, int dest, int tag);

  /// `MPI_Isend`.
  ///
  /// @param memory to be left alone until it is done
  protected abstract Sending startSend(
      MemorySegment memory, int count, ElementType type, int dest, int tag);

  /// `MPI_Recv`.
  ///
  /// @param source a rank or [#ANY_SOURCE]
  /// @param tag a tag or [#ANY_TAG]
  protected abstract Status recvMemory(
      MemorySegment memory, long count, ElementType type, int source, int tag);

  /// `MPI_Bcast`.
  protected abstract void bcastMemory(MemorySegment memory, long count, ElementType type, int root);

  /// `MPI_Scatterv` at the root, whose own part stays where it is.
  protected abstract void scattervMemory(Parts parts, ElementType type);

  /// `MPI_Scatterv` at another rank than the root.
  protected abstract void scattervMemory(
      MemorySegment memory, long count, ElementType type, int root);

  /// `MPI_Gatherv` at the root, whose own part is in its place already.
  protected abstract void gathervMemory(Parts parts, ElementType type);

  /// `MPI_Gatherv` at another rank than the root.
  protected abstract void gathervMemory(
      MemorySegment memory, long count, ElementType type, int root);

  /// `MPI_Allgatherv` in place: this rank's part is in its place already.
  protected abstract void allgathervMemory(Parts parts, ElementType type);

  /// `MPI_Reduce`.
  ///
  /// @param to where the result goes at the root, `null` elsewhere
  protected abstract void reduceMemory(
      MemorySegment from, MemorySegment to, long count, ElementType type, Op op, int root);

  /// `MPI_Allreduce`.
  ///
  /// @param from `null` for what is in `to` (`MPI_IN_PLACE`)
  protected abstract void allreduceMemory(
      MemorySegment from, MemorySegment to, long count, ElementType type, Op op);

  /// `MPI_Iprobe`: who has sent a message with this tag that can be received at once; -1 for
  /// nobody.
  protected abstract int arrived(int tag);

  /// `MPI_Comm_split`: the part that this rank is in; `null` for [#UNDEFINED]. Collective; to be
  /// freed by the caller.
  ///
  /// @param node the part's number of this rank's node, or [#ONE_NODE] on all ranks
  protected abstract ProcessCommunicator splitOff(int colour, int key, int node);

  /// The ranks that share memory with this one, in their order (`MPI_Comm_split_type`). Collective;
  /// to be freed by the caller.
  protected abstract ProcessCommunicator ofHost();

  /// The same ranks with messages of their own (`MPI_Comm_dup`), which another thread may receive.
  /// Collective; to be freed by the caller.
  ///
  /// @param node the number of this rank's node, or [#ONE_NODE] on all ranks
  protected abstract ProcessCommunicator duplicate(int node);

  /// Zeroed memory shared by this communicator's ranks, which are of one node. Collective; to be
  /// freed by the caller.
  protected abstract NodeMemory allocateShared(long bytes);

  /// `MPI_Comm_free`. Collective.
  protected abstract void freeHandle();

  // ---- what every communicator knows ----

  @Override
  public final int rank() {
    return rank;
  }

  @Override
  public final int size() {
    return size;
  }

  @Override
  public final String host() {
    return process.host();
  }

  @Override
  public final int nodeRank() {
    return nodeRank;
  }

  @Override
  public final int nodeSize() {
    return nodeSize;
  }

  /// What the communicators of this process share.
  protected final RankProcess process() {
    return process;
  }

  // ---- point to point ----

  @Override
  public final void send(Buffer data, int dest, int tag) {
    Checks.send(this, dest, tag);
    try (OffHeap memory = offHeap(data)) {
      memory.copyIn();
      sendMemory(memory.memory(), data.count(), data.type(), dest, tag);
    }
  }

  @Override
  public final Status recv(Buffer data, int source, int tag) {
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
      Status status = recvMemory(memory.memory(), data.count(), data.type(), source, tag);
      memory.copyOut(status.bytes());
      return status;
    }
  }

  // ---- collectives ----

  @Override
  public final void bcast(Buffer data, int root) {
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
      bcastMemory(memory.memory(), data.count(), data.type(), root);
      if (rank != root) {
        memory.copyOut(data.segment().byteSize());
      }
    }
  }

  @Override
  public final void scatterv(VBuffer send, Buffer recv, int root) {
    Checks.scatterv(this, send, recv, root);
    boolean atRoot = rank == root;
    if (tooLarge(atRoot ? send : null, root)) {
      scatterMessages(send, recv, root);
      return;
    }
    if (atRoot) {
      try (Parts parts = new Parts(process.staging(), send, largeCounts())) {
        parts.copyIn();
        scattervMemory(parts, recv.type());
      }
      recv.segment().copyFrom(send.part(rank).segment());
    } else {
      try (OffHeap memory = offHeap(recv)) {
        scattervMemory(memory.memory(), recv.count(), recv.type(), root);
        memory.copyOut(recv.segment().byteSize());
      }
    }
  }

  private void scatterMessages(VBuffer send, Buffer recv, int root) {
    ProcessCommunicator apart = duplicate();
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
  public final void gatherv(Buffer send, VBuffer recv, int root) {
    Checks.gatherv(this, send, recv, root);
    boolean atRoot = rank == root;
    if (tooLarge(atRoot ? recv : null, root)) {
      gatherMessages(send, recv, root);
      return;
    }
    if (atRoot) {
      recv.part(rank).segment().copyFrom(send.segment());
      try (Parts parts = new Parts(process.staging(), recv, largeCounts())) {
        parts.copyIn(rank);
        gathervMemory(parts, send.type());
        parts.copyOut();
      }
    } else {
      try (OffHeap memory = offHeap(send)) {
        memory.copyIn();
        gathervMemory(memory.memory(), send.count(), send.type(), root);
      }
    }
  }

  private void gatherMessages(Buffer send, VBuffer recv, int root) {
    ProcessCommunicator apart = duplicate();
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
    if (largeCounts()) {
      return false;
    }
    boolean large = parts != null && parts.buffer().count() > Integer.MAX_VALUE;
    MemorySegment flag = process.word();
    flag.set(JAVA_INT, 0, large ? 1 : 0);
    bcastMemory(flag, 1, ElementType.INT32, root);
    return flag.get(JAVA_INT, 0) != 0;
  }

  @Override
  public final void allgatherv(Buffer send, VBuffer recv) {
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
    try (Parts parts = new Parts(process.staging(), recv, largeCounts())) {
      parts.copyIn(rank);
      allgathervMemory(parts, send.type());
      parts.copyOut();
    }
  }

  @Override
  public final void reduce(Buffer send, Buffer recv, Op op, int root) {
    Checks.reduce(this, send, recv, root);
    reduceOrAll(send, rank == root ? recv : null, op, root);
  }

  @Override
  public final void allreduce(Buffer send, Buffer recv, Op op) {
    Checks.allreduce(send, recv);
    reduceOrAll(send, recv, op, -1);
  }

  /// Reduces to `root`, or with -1 to all; `recv` is `null` where there is no result.
  private void reduceOrAll(Buffer send, Buffer recv, Op op, int root) {
    boolean wide = send.type() == ElementType.INT8;
    long piece = Staging.PIECE / send.type().bytes();
    for (long start = 0; start < send.count(); start += piece) {
      long count = Math.min(piece, send.count() - start);
      Buffer from = send.slice(start, count);
      Buffer to = recv == null ? null : recv.slice(start, count);
      if (wide) {
        reduceBytes(from, to, op, root);
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
      MemorySegment result = out == null ? null : out.memory();
      if (root < 0) {
        allreduceMemory(inPlace ? null : in.memory(), result, from.count(), from.type(), op);
      } else {
        reduceMemory(in.memory(), result, from.count(), from.type(), op, root);
      }
      if (out != null) {
        out.copyOut(to.segment().byteSize());
      }
    }
  }

  /// Reduces bytes as `int`s, of which the lower eight bits are what a sum wraps around to. Open
  /// MPI's own sums of `MPI_INT8_T` stop at 127 where it uses AVX; to its Java bindings bytes are
  /// unsigned.
  private void reduceBytes(Buffer from, Buffer to, Op op, int root) {
    int[] values = new int[(int) from.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = from.segment().get(JAVA_BYTE, i);
    }
    Buffer wide = Buffer.of(values);
    reduceOrAll(wide, to == null ? null : wide, op, root);
    if (to != null) {
      for (int i = 0; i < values.length; i++) {
        to.segment().set(JAVA_BYTE, i, (byte) values[i]);
      }
    }
  }

  // ---- what ranks make together ----

  @Override
  public final Counter counter() {
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
  public final SharedMemory sharedMemory(long bytes) {
    Checks.sharedMemory(bytes);
    freeClosed();
    NodeSharedMemory memory = new NodeSharedMemory(this, bytes);
    made.add(memory);
    return memory;
  }

  @Override
  public final Postbox postbox(int words) {
    freeClosed();
    if (allreduce(process.concurrent() ? 1 : 0, Op.MIN) == 0) {
      return null;
    }
    MessagePostbox postbox = new MessagePostbox(this, words);
    made.add(postbox);
    return postbox;
  }

  @Override
  public final Communicator split(int colour, int key) {
    Checks.split(colour);
    freeClosed();
    ProcessCommunicator part = splitOff(colour, key, node);
    if (part != null) {
      made.add(part);
    }
    return part;
  }

  /// The ranks of this rank's node, in their order, with messages of their own. Collective; to be
  /// freed by the caller.
  final ProcessCommunicator ofNode() {
    return node == ONE_NODE ? duplicate() : splitOff(node, 0, ONE_NODE);
  }

  /// The same ranks with messages of their own. Collective; to be freed by the caller.
  final ProcessCommunicator duplicate() {
    return duplicate(node);
  }

  @Override
  public final void close() {
    closed = true;
  }

  @Override
  public final boolean closed() {
    return closed;
  }

  @Override
  public final void free() {
    freeAll();
    freeHandle();
  }

  /// Frees what was made with this communicator, closed or not. Collective.
  final void freeAll() {
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
  public final RuntimeException abort(String reason, int status) {
    return process.ending().abort(reason, status);
  }

  private OffHeap offHeap(Buffer buffer) {
    return new OffHeap(buffer, process.staging(), false);
  }
}
