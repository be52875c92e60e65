package dev.sheaf.transport.common;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.Postbox;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A postbox on a communicator of its own: `MPI_Isend`, `MPI_Iprobe` and `MPI_Recv`, from a thread
/// beside the rank's own. Needs `MPI_THREAD_MULTIPLE`.
final class MessagePostbox implements Postbox, Shared {
  private static final int TAG = 0;

  private final ProcessCommunicator comm;
  private final ProcessCommunicator messages;
  private final int words;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment received;
  private final Letter[] letters;

  /// How many messages this rank has sent to each, and received.
  private final long[] sent;

  private long arrived;
  private volatile boolean closed;

  /// The last message to a rank: MPI reads it until it has been sent.
  private static final class Letter {
    final MemorySegment words;
    Sending sending;

    Letter(MemorySegment words) {
      this.words = words;
    }
  }

  /// @param comm all of its ranks make one
  MessagePostbox(ProcessCommunicator comm, int words) {
    this.comm = comm;
    this.words = words;
    messages = comm.duplicate(ProcessCommunicator.ONE_NODE);
    received = arena.allocate(JAVA_LONG, words);
    letters = new Letter[comm.size()];
    sent = new long[comm.size()];
  }

  @Override
  public void post(long[] data, int dest) {
    Letter letter = letters[dest];
    if (letter == null) {
      letter = new Letter(arena.allocate(JAVA_LONG, words));
      letters[dest] = letter;
    } else if (!letter.sending.done()) {
      return;
    }
    MemorySegment.copy(data, 0, letter.words, JAVA_LONG, 0, data.length);
    letter.sending = messages.startSend(letter.words, data.length, ElementType.INT64, dest, TAG);
    sent[dest]++;
  }

  @Override
  public boolean poll(long[] data) {
    int source = messages.arrived(TAG);
    if (source < 0) {
      return false;
    }
    receive(source);
    MemorySegment.copy(received, JAVA_LONG, 0, data, 0, Math.min(words, data.length));
    return true;
  }

  private void receive(int source) {
    messages.recvMemory(received, words, ElementType.INT64, source, TAG);
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
      receive(ProcessCommunicator.ANY_SOURCE);
    }
    for (Letter letter : letters) {
      if (letter != null) {
        letter.sending.await();
      }
    }
    messages.free();
    arena.close();
  }
}
