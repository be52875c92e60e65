package dev.sheaf.transport.local;

import dev.sheaf.comm.Blocks;
import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Checks;
import dev.sheaf.comm.CommException;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.Failure;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.Reduction;
import dev.sheaf.comm.SharedMemory;
import dev.sheaf.comm.Status;
import dev.sheaf.comm.VBuffer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// A rank's end of a communicator.
final class LocalCommunicator implements Communicator {
  /// Messages up to this many bytes are copied, so that the sender needn't wait.
  private static final long EAGER_BYTES = 8192;

  /// Memory is copied in pieces, as a copy lets no garbage collection begin until it ends.
  private static final long PIECE_BYTES = 1 << 20;

  private final Group group;
  private final int rank;
  private final Rank self;

  /// Messages to this rank in the order in which they came.
  private final Queue<Message> mailbox = new ConcurrentLinkedQueue<>();

  /// What this rank has published; see [Group#call].
  final Call[] calls = new Call[2];

  /// How often this rank has come to the group's barrier.
  long arrivals;

  /// Whether this rank reads or writes memory of others.
  volatile boolean copying;

  /// The call that this rank is parked in, or `null`.
  volatile Wait waiting;

  LocalCommunicator(Group group, int rank, Rank self) {
    this.group = group;
    this.rank = rank;
    this.self = self;
  }

  Job job() {
    return group.job;
  }

  Group group() {
    return group;
  }

  Rank self() {
    return self;
  }

  void wake() {
    Wait wait = waiting;
    if (wait != null) {
      wait.wake();
    }
  }

  /// Ends the job, as this rank can never go on.
  JobEnded lost(String why) {
    return job().abort(self, why, Failure.RANK);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return group.members.length;
  }

  @Override
  public String host() {
    return job().host;
  }

  @Override
  public int nodeRank() {
    return rank;
  }

  @Override
  public int nodeSize() {
    return size();
  }

  @Override
  public String library() {
    return "local";
  }

  // ---- point to point ----

  @Override
  public void send(Buffer data, int dest, int tag) {
    Checks.send(this, dest, tag);
    job().check();
    LocalCommunicator receiver = group.members[dest];
    long bytes = data.segment().byteSize();
    boolean eager = bytes <= EAGER_BYTES;
    MemorySegment payload;
    if (eager) {
      payload = MemorySegment.ofArray(new byte[(int) bytes]).copyFrom(data.segment());
    } else {
      payload = lend(data);
    }
    Message message = new Message(this, tag, payload);
    receiver.mailbox.add(message);
    receiver.wake();
    if (!eager) {
      try {
        new Delivery(message, receiver).await();
      } catch (Throwable e) {
        group.awaitCopies();
        throw e;
      }
    }
  }

  @Override
  public Status recv(Buffer data, int source, int tag) {
    Checks.recv(this, data, source, tag);
    Message message = await("recv", source, tag);
    mailbox.remove(message);
    MemorySegment payload = message.data;
    boolean fits = payload.byteSize() <= data.segment().byteSize();
    if (fits) {
      copying(() -> copy(payload, data.segment()));
    }
    message.received = true;
    message.sender.wake();
    if (!fits) {
      throw new CommException(
          "recv on rank %d (%s): the message of %d bytes from rank %d with tag %d is longer than the buffer of %d bytes"
              .formatted(
                  rank,
                  host(),
                  payload.byteSize(),
                  message.sender.rank,
                  message.tag,
                  data.segment().byteSize()));
    }
    return message.status();
  }

  @Override
  public Status probe(int source, int tag) {
    Checks.probe(this, source, tag);
    return await("probe", source, tag).status();
  }

  private Message await(String call, int source, int tag) {
    job().check();
    new Arrival(call, source, tag).await();
    return find(source, tag);
  }

  private Message find(int source, int tag) {
    for (Message message : mailbox) {
      if (message.matches(source, tag)) {
        return message;
      }
    }
    return null;
  }

  // ---- collectives ----

  @Override
  public void barrier() {
    meet("barrier");
  }

  void meet(String name) {
    group.meet(this, Call.of(name));
  }

  @Override
  public void bcast(Buffer data, int root) {
    Checks.bcast(this, data, root);
    MemorySegment lent = rank == root ? lend(data) : null;
    Call call = new Call("bcast", root, null, data.type(), data.count(), lent, null, null);
    group.run(
        this,
        call,
        () -> {
          if (rank != root) {
            copy(group.call(root).send(), data.segment());
          }
        });
  }

  @Override
  public void scatterv(VBuffer send, Buffer recv, int root) {
    Checks.scatterv(this, send, recv, root);
    VBuffer parts = rank == root ? lend(send) : null;
    Call call = new Call("scatterv", root, null, recv.type(), -1, null, null, parts);
    group.run(this, call, () -> copy(part(call, recv), recv.segment()));
  }

  @Override
  public void gatherv(Buffer send, VBuffer recv, int root) {
    Checks.gatherv(this, send, recv, root);
    VBuffer parts = rank == root ? lend(recv) : null;
    Call call = new Call("gatherv", root, null, send.type(), -1, null, null, parts);
    group.run(this, call, () -> copy(send.segment(), part(call, send)));
  }

  /// This rank's part of the root's memory.
  private MemorySegment part(Call call, Buffer mine) {
    VBuffer parts = group.call(call.root()).parts();
    if (parts.counts()[rank] != mine.count()) {
      throw lost(
          "%s: the root has %d %s for rank %d, but that rank's buffer holds %d"
              .formatted(call.name(), parts.counts()[rank], mine.type(), rank, mine.count()));
    }
    return parts.part(rank).segment();
  }

  @Override
  public void allgatherv(Buffer send, VBuffer recv) {
    Checks.allgatherv(this, send, recv);
    Call call = new Call("allgatherv", -1, null, send.type(), -1, lend(send), null, null);
    group.run(this, call, () -> copyAll(recv));
  }

  private void copyAll(VBuffer recv) {
    for (int r = 0; r < size(); r++) {
      MemorySegment part = group.call(r).send();
      if (part.byteSize() != recv.part(r).segment().byteSize()) {
        throw lost(
            "allgatherv: rank %d gives %d bytes, but rank %d has room for %d"
                .formatted(r, part.byteSize(), rank, recv.part(r).segment().byteSize()));
      }
      copy(part, recv.part(r).segment());
    }
  }

  @Override
  public void reduce(Buffer send, Buffer recv, Op op, int root) {
    Checks.reduce(this, send, recv, root);
    MemorySegment result = rank == root ? lend(recv) : null;
    Call call = new Call("reduce", root, op, send.type(), send.count(), lend(send), result, null);
    group.run(this, call, () -> reduceBlock(call));
  }

  @Override
  public void allreduce(Buffer send, Buffer recv, Op op) {
    Checks.allreduce(send, recv);
    Call call =
        new Call("allreduce", -1, op, send.type(), send.count(), lend(send), lend(recv), null);
    group.run(this, call, () -> reduceBlock(call));
  }

  /// Each rank reduces its block of the elements of all ranks, for all that want the result.
  private void reduceBlock(Call call) {
    long count = Blocks.count(call.count(), size(), rank);
    if (count > 0) {
      MemorySegment[] sources = new MemorySegment[size()];
      List<MemorySegment> targets = new ArrayList<>();
      for (int r = 0; r < size(); r++) {
        Call other = group.call(r);
        sources[r] = other.send();
        if (other.recv() != null) {
          targets.add(other.recv());
        }
      }
      long start = Blocks.start(call.count(), size(), rank);
      Reduction.run(call.type(), call.op(), sources, targets, start, count);
    }
  }

  // ---- what ranks share ----

  @Override
  public Counter counter() {
    Call call = Call.of("counter");
    make(call, () -> new AtomicLong());
    return new LocalCounter(this, (AtomicLong) group.made);
  }

  @Override
  public SharedMemory sharedMemory(long bytes) {
    Checks.sharedMemory(bytes);
    Call call = new Call("sharedMemory", -1, null, null, bytes, null, null, null);
    make(call, () -> LocalSharedMemory.allocate(this, bytes));
    LocalSharedMemory memory = ((LocalSharedMemory) group.made).of(this);
    if (memory.segment() == null) {
      throw new CommException(
          "sharedMemory on rank %d (%s): the system has no %d bytes"
              .formatted(rank, host(), bytes));
    }
    return memory;
  }

  @Override
  public Communicator split(int colour, int key) {
    Checks.split(colour);
    long[] words = allgather(((long) colour << 32) | (key & 0xffff_ffffL));
    Call call = Call.of("split");
    make(call, () -> split(words));
    return ((LocalCommunicator[]) group.made)[rank];
  }

  /// The new communicators of all ranks.
  private LocalCommunicator[] split(long[] words) {
    LocalCommunicator[] made = new LocalCommunicator[size()];
    int[] colours = Arrays.stream(words).mapToInt(word -> (int) (word >> 32)).toArray();
    Arrays.stream(colours)
        .distinct()
        .filter(colour -> colour != UNDEFINED)
        .forEach(colour -> {
          int[] old =
              IntStream.range(0, size())
                  .filter(r -> colours[r] == colour)
                  .boxed()
                  .sorted(Comparator.comparingInt(r -> (int) words[r]))
                  .mapToInt(Integer::intValue)
                  .toArray();
          Rank[] ranks =
              Arrays.stream(old).mapToObj(r -> group.members[r].self).toArray(Rank[]::new);
          LocalCommunicator[] members = new LocalCommunicator[old.length];
          Group.form(job(), ranks, members);
          for (int r = 0; r < old.length; r++) {
            made[old[r]] = members[r];
          }
        });
    return made;
  }

  @Override
  public RuntimeException abort(String reason, int status) {
    throw job().abort(self, reason, status);
  }

  @Override
  public void close() {
    if (group == job().world()) {
      throw new IllegalStateException("the communicator of all ranks is closed by its transport");
    }
    group.left();
  }

  /// Lets rank 0 make what all will share.
  private void make(Call call, Supplier<?> maker) {
    group.run(
        this,
        call,
        () -> {
          if (rank == 0) {
            group.made = maker.get();
          }
        });
  }

  // ---- memory ----

  /// Runs what reads or writes memory of other ranks. They don't free it before it ends: if the job
  /// fails, either this rank sees that here, or they see that it copies ([Group#awaitCopies]).
  void copying(Runnable body) {
    copying = true;
    try {
      job().check();
      body.run();
    } finally {
      copying = false;
    }
  }

  /// Memory that the other ranks' threads may use while this rank is in a call.
  private MemorySegment lend(Buffer data) {
    MemorySegment segment = data.segment();
    if (!segment.scope().isAlive()) {
      throw new IllegalStateException("the buffer's memory has been freed");
    }
    if (segment.isAccessibleBy(job().launcher)) {
      return segment;
    }
    // Confined to this thread, which cannot free it before the call returns.
    return MemorySegment.ofAddress(segment.address()).reinterpret(segment.byteSize());
  }

  private VBuffer lend(VBuffer parts) {
    Buffer buffer = new Buffer(lend(parts.buffer()), parts.buffer().type());
    return new VBuffer(buffer, parts.counts(), parts.displs());
  }

  private static void copy(MemorySegment from, MemorySegment to) {
    long bytes = from.byteSize();
    for (long i = 0; i < bytes; i += PIECE_BYTES) {
      MemorySegment.copy(from, i, to, i, Math.min(PIECE_BYTES, bytes - i));
    }
  }

  // ---- waits ----

  /// The wait for a message.
  private final class Arrival extends Wait {
    private final String call;
    private final int source;
    private final int tag;

    Arrival(String call, int source, int tag) {
      super(LocalCommunicator.this);
      this.call = call;
      this.source = source;
      this.tag = tag;
    }

    @Override
    boolean ready() {
      return find(source, tag) != null;
    }

    @Override
    Rank missing() {
      if (source != ANY_SOURCE) {
        Rank sender = group.members[source].self;
        return sender.ended || sender == self ? sender : null;
      }
      Rank missing = self;
      for (LocalCommunicator other : group.members) {
        if (other.self != self) {
          if (!other.self.ended) {
            return null;
          }
          missing = other.self;
        }
      }
      return missing;
    }

    @Override
    public String toString() {
      return "%s from %s with %s"
          .formatted(
              call,
              source == ANY_SOURCE ? "any rank" : "rank " + group.members[source].self.number,
              tag == ANY_TAG ? "any tag" : "tag " + tag);
    }
  }

  /// The wait for a message to be received.
  private static final class Delivery extends Wait {
    private final Message message;
    private final LocalCommunicator receiver;

    Delivery(Message message, LocalCommunicator receiver) {
      super(message.sender);
      this.message = message;
      this.receiver = receiver;
    }

    @Override
    boolean ready() {
      return message.received;
    }

    @Override
    Rank missing() {
      return receiver.self.ended || receiver == member ? receiver.self : null;
    }

    @Override
    public String toString() {
      return "send to rank %d with tag %d".formatted(receiver.self.number, message.tag);
    }
  }
}
