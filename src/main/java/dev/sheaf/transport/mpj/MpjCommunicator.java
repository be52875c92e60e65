package dev.sheaf.transport.mpj;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Checks;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.CommException;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.Postbox;
import dev.sheaf.comm.Reduction;
import dev.sheaf.comm.SharedMemory;
import dev.sheaf.comm.Status;
import dev.sheaf.comm.VBuffer;
import dev.sheaf.transport.common.MappedMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// A communicator on two channels, one for messages and one for collectives.
///
/// `bcast` and `reduce` go along binomial trees, `scatterv` and `gatherv` straight from and to the
/// root, `barrier` by dissemination. Reductions have a shape that depends on the number of ranks
/// and the root only.
final class MpjCommunicator implements Communicator {
  /// Contexts that a communicator takes.
  private static final int CONTEXTS = 2;

  private final Member member;
  private final int context;
  private final int[] processes;
  private final int rank;
  private final int size;

  /// For each rank, a number that the ranks of its node share.
  private int[] nodes;

  private final Channel messages;
  private final Channel collectives;
  private int counters;

  private MpjCommunicator(Member member, int context, int[] processes, int[] nodes, int rank) {
    this.member = member;
    this.context = context;
    this.processes = processes;
    this.nodes = nodes;
    this.rank = rank;
    size = processes.length;
    messages = new Channel(member.device(), context, processes, rank);
    collectives = new Channel(member.device(), context + 1, processes, rank);
  }

  /// The communicator of all ranks. Collective.
  static MpjCommunicator world(Member member, int rank, int size) {
    int context = member.nextContext().getAndAdd(CONTEXTS);
    int[] all = IntStream.range(0, size).toArray();
    MpjCommunicator world = new MpjCommunicator(member, context, all, new int[size], rank);
    List<String> hosts = world.allgatherObjects(member.host(), Codecs.STRING);
    world.nodes = hosts.stream().mapToInt(hosts::indexOf).toArray();
    return world;
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
    return member.host();
  }

  @Override
  public int nodeRank() {
    return (int) IntStream.range(0, rank).filter(this::onThisNode).count();
  }

  @Override
  public int nodeSize() {
    return (int) IntStream.range(0, size).filter(this::onThisNode).count();
  }

  private boolean onThisNode(int other) {
    return nodes[other] == nodes[rank];
  }

  @Override
  public String library() {
    Device device = member.device();
    return "mpj (" + device.library().version + ", " + device.name() + ")";
  }

  // ---- point to point ----

  @Override
  public void send(Buffer data, int dest, int tag) {
    Checks.send(this, dest, tag);
    messages.send(alive(data), dest, tag);
  }

  @Override
  public Status recv(Buffer data, int source, int tag) {
    Checks.recv(this, data, source, tag);
    return receive(messages, data, source, tag);
  }

  private Status receive(Channel channel, Buffer data, int source, int tag) {
    Status status = channel.recv(alive(data), source, tag);
    if (status.bytes() > data.segment().byteSize()) {
      throw new CommException(
          "recv on rank %d (%s): the message of %d bytes from rank %d with tag %d is longer than the buffer of %d bytes"
              .formatted(
                  rank,
                  host(),
                  status.bytes(),
                  status.source(),
                  status.tag(),
                  data.segment().byteSize()));
    }
    return status;
  }

  @Override
  public Status probe(int source, int tag) {
    Checks.probe(this, source, tag);
    return messages.probe(source, tag);
  }

  private static MemorySegment alive(Buffer data) {
    if (!data.segment().scope().isAlive()) {
      throw new IllegalStateException("the buffer's memory has been freed");
    }
    return data.segment();
  }

  // ---- collectives ----

  private void give(Buffer data, int dest) {
    collectives.send(alive(data), dest, 0);
  }

  private void take(Buffer data, int source) {
    Status status = receive(collectives, data, source, 0);
    if (status.bytes() != data.segment().byteSize()) {
      throw new CommException(
          "collective calls differ: rank %d gave %d bytes, but rank %d has room for %d"
              .formatted(source, status.bytes(), rank, data.segment().byteSize()));
    }
  }

  @Override
  public void barrier() {
    Buffer nothing = Buffer.of(new byte[0]);
    for (int distance = 1; distance < size; distance *= 2) {
      give(nothing, (rank + distance) % size);
      take(nothing, (rank - distance + size) % size);
    }
  }

  @Override
  public void bcast(Buffer data, int root) {
    Checks.bcast(this, data, root);
    bcastAlong(data, root);
  }

  private void bcastAlong(Buffer data, int root) {
    int place = (rank - root + size) % size;
    int bit = 1;
    while (bit < size && (place & bit) == 0) {
      bit *= 2;
    }
    if (place != 0) {
      take(data, (place - bit + root) % size);
    }
    for (int child = bit / 2; child > 0; child /= 2) {
      if (place + child < size) {
        give(data, (place + child + root) % size);
      }
    }
  }

  @Override
  public void scatterv(VBuffer send, Buffer recv, int root) {
    Checks.scatterv(this, send, recv, root);
    if (rank != root) {
      take(recv, root);
      return;
    }
    for (int r = 0; r < size; r++) {
      if (r != root) {
        give(send.part(r), r);
      }
    }
    MemorySegment.copy(send.part(root).segment(), 0, recv.segment(), 0, recv.segment().byteSize());
  }

  @Override
  public void gatherv(Buffer send, VBuffer recv, int root) {
    Checks.gatherv(this, send, recv, root);
    if (rank != root) {
      give(send, root);
      return;
    }
    MemorySegment.copy(send.segment(), 0, recv.part(root).segment(), 0, send.segment().byteSize());
    for (int r = 0; r < size; r++) {
      if (r != root) {
        take(recv.part(r), r);
      }
    }
  }

  @Override
  public void allgatherv(Buffer send, VBuffer recv) {
    Checks.allgatherv(this, send, recv);
    MemorySegment.copy(send.segment(), 0, recv.part(rank).segment(), 0, send.segment().byteSize());
    for (int r = 0; r < size; r++) {
      bcastAlong(recv.part(r), r);
    }
  }

  @Override
  public void reduce(Buffer send, Buffer recv, Op op, int root) {
    Checks.reduce(this, send, recv, root);
    reducePieces(send, rank == root ? recv : null, op, root);
  }

  @Override
  public void allreduce(Buffer send, Buffer recv, Op op) {
    Checks.allreduce(send, recv);
    reducePieces(send, recv, op, 0);
    bcastAlong(recv, 0);
  }

  private void reducePieces(Buffer send, Buffer recv, Op op, int root) {
    long piece = Channel.PIECE / send.type().bytes();
    for (long start = 0; start < send.count(); start += piece) {
      long count = Math.min(piece, send.count() - start);
      MemorySegment sum = reduceAlong(send.slice(start, count), op, root);
      if (rank == root) {
        recv.slice(start, count).segment().copyFrom(sum);
      }
    }
  }

  /// The reduction of the ranks below this one in the tree, and this one's.
  private MemorySegment reduceAlong(Buffer send, Op op, int root) {
    int bytes = (int) send.segment().byteSize();
    Buffer sum = new Buffer(MemorySegment.ofArray(new byte[bytes]), send.type());
    sum.segment().copyFrom(send.segment());
    Buffer other = new Buffer(MemorySegment.ofArray(new byte[bytes]), send.type());
    MemorySegment[] both = {sum.segment(), other.segment()};
    int place = (rank - root + size) % size;
    for (int bit = 1; bit < size; bit *= 2) {
      if ((place & bit) != 0) {
        give(sum, (place - bit + root) % size);
        break;
      }
      if (place + bit < size) {
        take(other, (place + bit + root) % size);
        Reduction.run(send.type(), op, both, List.of(sum.segment()), 0, send.count());
      }
    }
    return sum.segment();
  }

  // ---- what ranks make together ----

  @Override
  public Counter counter() {
    return new MpjCounter(
        member.counters(), new Counters.Key(context, counters++, processes[0], size));
  }

  @Override
  public SharedMemory sharedMemory(long bytes) {
    Checks.sharedMemory(bytes);
    return new MappedMemory(split(nodes[rank], 0), bytes);
  }

  /// On several hosts only: elsewhere ranks have shared memory.
  @Override
  public Postbox postbox(int words) {
    MpjCommunicator apart = split(0, rank);
    return size == nodeSize()
        ? null
        : new MpjPostbox(member.device(), apart.context, processes, words);
  }

  @Override
  public MpjCommunicator split(int colour, int key) {
    Checks.split(colour);
    long[] mine = {colour, key, member.nextContext().get()};
    long[] all = new long[mine.length * size];
    allgatherv(Buffer.of(mine), VBuffer.even(Buffer.of(all), size));
    int newContext = (int) IntStream.range(0, size).mapToLong(r -> all[3 * r + 2]).max().orElse(0);
    // Ranks of different colours have the same context and nobody in common.
    member.nextContext().set(newContext + CONTEXTS);
    if (colour == UNDEFINED) {
      return null;
    }
    int[] old =
        IntStream.range(0, size)
            .filter(r -> all[3 * r] == colour)
            .boxed()
            .sorted(Comparator.comparingLong(r -> all[3 * r + 1]))
            .mapToInt(Integer::intValue)
            .toArray();
    return new MpjCommunicator(
        member,
        newContext,
        Arrays.stream(old).map(r -> processes[r]).toArray(),
        Arrays.stream(old).map(r -> nodes[r]).toArray(),
        IntStream.range(0, old.length).filter(i -> old[i] == rank).findFirst().orElseThrow());
  }

  @Override
  public RuntimeException abort(String reason, int status) {
    throw member.job().abort(processes[rank], reason, status);
  }

  @Override
  public void close() {
    // There is nothing to free, and a rank that leaves by an exception needn't wait for the others.
  }
}
