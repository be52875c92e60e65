package dev.sheaf.transport.mpi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import dev.sheaf.transport.common.ProcessCommunicator;
import dev.sheaf.transport.common.ProcessPostbox;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A postbox on a communicator of its own: `MPI_Isend`, `MPI_Iprobe` and `MPI_Recv`, from a thread
/// beside the rank's own. Needs `MPI_THREAD_MULTIPLE`.
final class MpiPostbox implements ProcessPostbox {
  private static final int TAG = 0;

  private final MpiCommunicator comm;
  private final MpiCommunicator messages;
  private final Mpi mpi;
  private final int words;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment received;
  private final MemorySegment flag = arena.allocate(JAVA_INT);
  private final MemorySegment status = arena.allocate(Abi.STATUS_BYTES, Long.BYTES);
  private final Letter[] letters;

  /// How many messages this rank has sent to each, and received.
  private final long[] sent;

  private long arrived;
  private volatile boolean closed;

  /// The last message to a rank: MPI reads it until the request is done.
  private record Letter(MemorySegment words, MemorySegment request) {}

  /// @param comm all of its ranks make one
  MpiPostbox(MpiCommunicator comm, int words) {
    this.comm = comm;
    this.mpi = comm.mpi();
    this.words = words;
    messages = (MpiCommunicator) comm.duplicate(ProcessCommunicator.ONE_NODE);
    received = arena.allocate(JAVA_LONG, words);
    letters = new Letter[comm.size()];
    sent = new long[comm.size()];
  }

  @Override
  public void post(long[] data, int dest) {
    Letter letter = letters[dest];
    if (letter == null) {
      letter = new Letter(arena.allocate(JAVA_LONG, words), arena.allocate(JAVA_LONG));
      letters[dest] = letter;
    } else if (!done(letter)) {
      return;
    }
    MemorySegment.copy(data, 0, letter.words, JAVA_LONG, 0, data.length);
    messages.check(
        mpi.isend,
        mpi.isend.call(
            letter.words.address(),
            data.length,
            mpi.type(ElementType.INT64),
            dest,
            TAG,
            messages.handle(),
            letter.request.address()));
    sent[dest]++;
  }

  private boolean done(Letter letter) {
    messages.check(
        mpi.test, mpi.test.call(letter.request.address(), flag.address(), status.address()));
    return flag.get(JAVA_INT, 0) != 0;
  }

  @Override
  public boolean poll(long[] data) {
    messages.check(
        mpi.iprobe,
        mpi.iprobe.call(
            mpi.abi.anySource, TAG, messages.handle(), flag.address(), status.address()));
    if (flag.get(JAVA_INT, 0) == 0) {
      return false;
    }
    receive();
    MemorySegment.copy(received, JAVA_LONG, 0, data, 0, Math.min(words, data.length));
    return true;
  }

  private void receive() {
    messages.check(
        mpi.recv,
        mpi.recv.call(
            received.address(),
            words,
            mpi.type(ElementType.INT64),
            mpi.abi.anySource,
            TAG,
            messages.handle(),
            status.address()));
    arrived++;
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public boolean closed() {
    return closed;
  }

  /// First everything that is on its way is received: MPI ends with no message left over.
  @Override
  public void free() {
    long[] toEach = new long[sent.length];
    comm.allreduce(Buffer.of(sent), Buffer.of(toEach), Op.SUM);
    while (arrived < toEach[comm.rank()]) {
      receive();
    }
    for (Letter letter : letters) {
      if (letter != null) {
        messages.check(mpi.wait, mpi.wait.call(letter.request.address(), status.address()));
      }
    }
    messages.free();
    arena.close();
  }
}
