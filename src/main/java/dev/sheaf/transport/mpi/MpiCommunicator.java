package dev.sheaf.transport.mpi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sheaf.comm.Checks;
import dev.sheaf.comm.CommException;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.Status;
import dev.sheaf.foreign.NativeFunction;
import dev.sheaf.transport.common.MappedMemory;
import dev.sheaf.transport.common.NodeMemory;
import dev.sheaf.transport.common.Parts;
import dev.sheaf.transport.common.ProcessCommunicator;
import dev.sheaf.transport.common.RankProcess;
import dev.sheaf.transport.common.Sending;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/// A communicator of C MPI. Where the library has no `_c` functions, `send` and `recv` carry more
/// than 2^31-1 elements as one element of a derived type.
///
/// With [Mpi#yielding], calls that wait for other ranks are non-blocking ones, asked again and
/// again whether they are done, and the core is left to others in between; shared memory is a
/// mapped file, as windows can't be made so.
final class MpiCommunicator extends ProcessCommunicator {
  private final Mpi mpi;
  private final long handle;

  // Where in the scratch memory things go, behind a status.
  private static final long WORD = Abi.STATUS_BYTES;
  private static final long FLAG = WORD + Long.BYTES;
  private static final long REQUEST = FLAG + Long.BYTES;

  /// How often a wait that leaves the core to others looks before it sleeps, and how long it then
  /// sleeps: longer each time.
  private static final int LOOKS = 10;

  private static final long MIN_SLEEP_NANOS = 50_000;

  private static final long MAX_SLEEP_NANOS = 1_000_000;

  /// What MPI writes its small results to: an `MPI_Status`, a handle or count, a flag, and an
  /// `MPI_Request`. For one thread at a time.
  private final MemorySegment scratch;

  /// The address of the request: the last argument of calls that wait, which ignore it if they are
  /// the blocking ones.
  private final long request;

  /// Wraps an MPI communicator. Collective.
  ///
  /// @param node a number that the ranks of this rank's node share, or [#ONE_NODE] on all ranks
  MpiCommunicator(Mpi mpi, RankProcess process, long handle, int node) {
    this.mpi = mpi;
    this.handle = handle;
    MemorySegment out = Arena.ofAuto().allocate(REQUEST + Long.BYTES, Long.BYTES);
    this.scratch = out;
    this.request = out.address() + REQUEST;
    mpi.commSetErrhandler.call(handle, mpi.handle(Handle.ERRORS_RETURN));
    mpi.commRank.call(handle, out.address());
    int rank = out.get(JAVA_INT, 0);
    mpi.commSize.call(handle, out.address());
    super(process, rank, out.get(JAVA_INT, 0), node);
  }

  @Override
  public String library() {
    return "mpi (" + mpi.version + ")";
  }

  Mpi mpi() {
    return mpi;
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

  /// Ends a call that waits for other ranks: throws if it has failed; waits for its request if it
  /// is a non-blocking one.
  private void complete(NativeFunction function, long code) {
    check(function, code);
    if (mpi.yielding) {
      for (int looks = 0; !done(function); looks++) {
        pause(looks);
      }
    }
  }

  private boolean done(NativeFunction function) {
    long flag = scratch.address() + FLAG;
    check(function, mpi.test.call(request, flag, scratch.address()));
    return scratch.get(JAVA_INT, FLAG) != 0;
  }

  /// Leaves the core to other ranks, after so many looks for something that they have to do.
  @SuppressWarnings(
      "ThreadPriorityCheck") // MPICH has no other way to wait for a rank without a core
  private static void pause(int looks) {
    if (looks < LOOKS) {
      Thread.yield();
    } else {
      LockSupport.parkNanos(
          Math.min(MAX_SLEEP_NANOS, MIN_SLEEP_NANOS << Math.min(looks - LOOKS, Short.SIZE)));
    }
  }

  private CommException failure(NativeFunction function, int code) {
    return new CommException(
        "%s failed on rank %d of %d (%s): %s"
            .formatted(function.name(), rank(), size(), host(), mpi.errorText(code)));
  }

  @Override
  public void barrier() {
    complete(mpi.barrier, mpi.barrier.call(handle, request));
  }

  // ---- point to point ----

  @Override
  protected boolean largeCounts() {
    return mpi.largeCounts;
  }

  private boolean fits(long count) {
    return mpi.largeCounts || count <= Integer.MAX_VALUE;
  }

  @Override
  protected void sendMemory(MemorySegment memory, long count, ElementType type, int dest, int tag) {
    long address = memory.address();
    if (fits(count)) {
      complete(mpi.send, mpi.send.call(address, count, mpi.type(type), dest, tag, handle, request));
    } else {
      try (LargeType large = new LargeType(this, type, count)) {
        complete(mpi.send, mpi.send.call(address, 1, large.handle(), dest, tag, handle, request));
      }
    }
  }

  @Override
  protected Sending startSend(
      MemorySegment memory, int count, ElementType type, int dest, int tag) {
    MemorySegment out = Arena.ofAuto().allocate(Abi.STATUS_BYTES + 2 * Long.BYTES, Long.BYTES);
    long request = out.address() + Abi.STATUS_BYTES;
    check(
        mpi.isend,
        mpi.isend.call(memory.address(), count, mpi.type(type), dest, tag, handle, request));
    return new Sending() {
      @Override
      public boolean done() {
        long flag = request + Long.BYTES;
        check(mpi.test, mpi.test.call(request, flag, out.address()));
        return out.get(JAVA_INT, Abi.STATUS_BYTES + Long.BYTES) != 0;
      }

      @Override
      public void await() {
        check(mpi.wait, mpi.wait.call(request, out.address()));
      }
    };
  }

  @Override
  protected Status recvMemory(
      MemorySegment memory, long count, ElementType type, int source, int tag) {
    long address = memory.address();
    int from = source(source);
    int with = tag(tag);
    long out = mpi.yielding ? request : scratch.address();
    if (fits(count)) {
      complete(mpi.recv, mpi.recv.call(address, count, mpi.type(type), from, with, handle, out));
    } else {
      try (LargeType large = new LargeType(this, type, count)) {
        complete(mpi.recv, mpi.recv.call(address, 1, large.handle(), from, with, handle, out));
      }
    }
    return status();
  }

  @Override
  public Status probe(int source, int tag) {
    Checks.probe(this, source, tag);
    int from = source(source);
    int with = tag(tag);
    if (mpi.yielding) {
      for (int looks = 0; !probed(from, with); looks++) {
        pause(looks);
      }
    } else {
      check(mpi.probe, mpi.probe.call(from, with, handle, scratch.address()));
    }
    return status();
  }

  @Override
  protected int arrived(int tag) {
    return probed(mpi.abi.anySource, tag) ? scratch.get(JAVA_INT, mpi.abi.statusSource) : -1;
  }

  private boolean probed(int source, int tag) {
    long flag = scratch.address() + FLAG;
    check(mpi.iprobe, mpi.iprobe.call(source, tag, handle, flag, scratch.address()));
    return scratch.get(JAVA_INT, FLAG) != 0;
  }

  private Status status() {
    return new Status(
        scratch.get(JAVA_INT, mpi.abi.statusSource),
        scratch.get(JAVA_INT, mpi.abi.statusTag),
        statusBytes());
  }

  /// The length of a message. Where the ABI fixes its place, without a call, which is a tenth of
  /// what a short message costs.
  private long statusBytes() {
    return switch (mpi.abi) {
      case OPEN_MPI -> scratch.get(JAVA_LONG, 16); // _ucount
      case MPICH -> // count_lo, count_hi_and_cancelled
          (scratch.get(JAVA_INT, 4) >>> 1) * 0x1_0000_0000L
              + Integer.toUnsignedLong(scratch.get(JAVA_INT, 0));
      case STANDARD -> {
        long bytes = scratch.address() + WORD;
        check(
            mpi.getElements,
            mpi.getElements.call(scratch.address(), mpi.type(ElementType.INT8), bytes));
        yield scratch.get(JAVA_LONG, WORD);
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
  protected void bcastMemory(MemorySegment memory, long count, ElementType type, int root) {
    complete(
        mpi.bcast, mpi.bcast.call(memory.address(), count, mpi.type(type), root, handle, request));
  }

  @Override
  protected void scattervMemory(Parts parts, ElementType type) {
    long element = mpi.type(type);
    try (Arena arena = Arena.ofConfined()) {
      complete(
          mpi.scatterv,
          mpi.scatterv.call(
              parts.memory().address(),
              array(arena, parts.counts()),
              array(arena, parts.displs()),
              element,
              mpi.abi.inPlace,
              0,
              element,
              rank(),
              handle,
              request));
    }
  }

  @Override
  protected void scattervMemory(MemorySegment memory, long count, ElementType type, int root) {
    long element = mpi.type(type);
    complete(
        mpi.scatterv,
        mpi.scatterv.call(
            0, 0, 0, element, memory.address(), count, element, root, handle, request));
  }

  @Override
  protected void gathervMemory(Parts parts, ElementType type) {
    long element = mpi.type(type);
    try (Arena arena = Arena.ofConfined()) {
      complete(
          mpi.gatherv,
          mpi.gatherv.call(
              mpi.abi.inPlace,
              0,
              element,
              parts.memory().address(),
              array(arena, parts.counts()),
              array(arena, parts.displs()),
              element,
              rank(),
              handle,
              request));
    }
  }

  @Override
  protected void gathervMemory(MemorySegment memory, long count, ElementType type, int root) {
    long element = mpi.type(type);
    complete(
        mpi.gatherv,
        mpi.gatherv.call(
            memory.address(), count, element, 0, 0, 0, element, root, handle, request));
  }

  @Override
  protected void allgathervMemory(Parts parts, ElementType type) {
    long element = mpi.type(type);
    try (Arena arena = Arena.ofConfined()) {
      complete(
          mpi.allgatherv,
          mpi.allgatherv.call(
              mpi.abi.inPlace,
              0,
              element,
              parts.memory().address(),
              array(arena, parts.counts()),
              array(arena, parts.displs()),
              element,
              handle,
              request));
    }
  }

  /// Counts or displacements as the library wants them.
  private long array(Arena arena, long[] values) {
    if (mpi.largeCounts) {
      return arena.allocateFrom(JAVA_LONG, values).address();
    }
    MemorySegment array = arena.allocate(JAVA_INT, values.length);
    for (int i = 0; i < values.length; i++) {
      array.setAtIndex(JAVA_INT, i, Math.toIntExact(values[i]));
    }
    return array.address();
  }

  @Override
  protected void reduceMemory(
      MemorySegment from, MemorySegment to, long count, ElementType type, Op op, int root) {
    long result = to == null ? 0 : to.address();
    complete(
        mpi.reduce,
        mpi.reduce.call(
            from.address(), result, count, mpi.type(type), mpi.op(op), root, handle, request));
  }

  @Override
  protected void allreduceMemory(
      MemorySegment from, MemorySegment to, long count, ElementType type, Op op) {
    long address = from == null ? mpi.abi.inPlace : from.address();
    complete(
        mpi.allreduce,
        mpi.allreduce.call(
            address, to.address(), count, mpi.type(type), mpi.op(op), handle, request));
  }

  // ---- what ranks make together ----

  @Override
  protected ProcessCommunicator splitOff(int colour, int key, int node) {
    int colourOrNone = colour == UNDEFINED ? Abi.UNDEFINED : colour;
    check(mpi.commSplit, mpi.commSplit.call(handle, colourOrNone, key, scratch.address() + WORD));
    return colour == UNDEFINED ? null : wrap(node);
  }

  @Override
  protected ProcessCommunicator ofHost() {
    check(
        mpi.commSplitType,
        mpi.commSplitType.call(
            handle,
            mpi.abi.commTypeShared,
            0,
            mpi.handle(Handle.INFO_NULL),
            scratch.address() + WORD));
    return wrap(ONE_NODE);
  }

  @Override
  protected ProcessCommunicator duplicate(int node) {
    complete(mpi.commDup, mpi.commDup.call(handle, scratch.address() + WORD, request));
    return wrap(node);
  }

  private MpiCommunicator wrap(int node) {
    return new MpiCommunicator(mpi, process(), mpi.getHandle(scratch.asSlice(WORD)), node);
  }

  @Override
  protected NodeMemory allocateShared(long bytes) {
    return !mpi.yielding && sharesMemory()
        ? new SharedWindow(this, bytes)
        : new MappedMemory(this, bytes);
  }

  /// Whether the library gives this communicator's ranks, which are of one node, memory that they
  /// share; the same on all. MPICH 5.0 over UCX does not (its issue 7705).
  private boolean sharesMemory() {
    ProcessCommunicator sharing = ofHost();
    int ranks = sharing.size();
    sharing.free();
    return ranks == size();
  }

  @Override
  protected void freeHandle() {
    mpi.setHandle(scratch, handle);
    check(mpi.commFree, mpi.commFree.call(scratch.address()));
  }
}
