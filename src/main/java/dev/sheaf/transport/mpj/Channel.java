package dev.sheaf.transport.mpj;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Messages of any length between the ranks of a communicator, apart from all others: one context
/// of MPJ's. For one thread at a time.
///
/// A message is an envelope (tag, sender, length), with its bytes if they are few. Else the sender
/// waits for the receiver's grants, one for each piece, two ahead: neither side stores more than
/// two pieces, and the sender of a message that is too long is told so.
final class Channel {
  /// The largest message of MPJ's. Two, as many as are under way, fit in a socket's buffer as
  /// `niodev` makes it, so that the sender needn't wait in the middle of one, for which the
  /// receiver would spin.
  static final int PIECE = 256 << 10;

  /// Messages up to this many bytes are sent with their envelope.
  private static final int EAGER = 64 << 10;

  private static final int AHEAD = 2;

  // MPJ's tags.
  private static final int ENVELOPE = 0;
  private static final int GRANT = 1;
  private static final int DATA = 2;

  // The envelope.
  private static final long TAG = 0;
  private static final long SOURCE = 4;
  private static final long BYTES = 8;
  private static final int ENVELOPE_BYTES = 16;

  private final Device device;
  private final int context;
  private final int[] processes;
  private final int rank;
  private final Frame envelope;
  private final Frame grant;
  private Frame outgoing;
  private Frame incoming;

  /// Messages that came and were not received yet, in their order.
  private final List<Message> held = new ArrayList<>();

  /// A message whose envelope has come.
  ///
  /// @param status its sender, tag and length
  /// @param data its bytes, or `null` if they are still to be granted
  private record Message(Status status, MemorySegment data) {
    boolean matches(int source, int tag) {
      return (source == Communicator.ANY_SOURCE || source == status.source())
          && (tag == Communicator.ANY_TAG || tag == status.tag());
    }
  }

  /// Makes a channel.
  ///
  /// @param context a number that no other channel of these ranks has
  /// @param processes the number in the job of each rank
  /// @param rank this rank
  Channel(Device device, int context, int[] processes, int rank) {
    this.device = device;
    this.context = context;
    this.processes = processes;
    this.rank = rank;
    envelope = Frame.toReceive(device, ENVELOPE_BYTES + EAGER);
    grant = Frame.toReceive(device, Integer.BYTES);
  }

  /// Sends a message; waits for its receiver if it is long.
  void send(MemorySegment data, int dest, int tag) {
    long bytes = data.byteSize();
    if (dest == rank) {
      held.add(new Message(new Status(rank, tag, bytes), copy(data)));
      return;
    }
    int eager = bytes <= EAGER ? (int) bytes : 0;
    Frame frame = Frame.once(device, ENVELOPE_BYTES + eager);
    frame.payload.set(JAVA_INT_UNALIGNED, TAG, tag);
    frame.payload.set(JAVA_INT_UNALIGNED, SOURCE, rank);
    frame.payload.set(JAVA_LONG_UNALIGNED, BYTES, bytes);
    MemorySegment.copy(data, 0, frame.payload, ENVELOPE_BYTES, eager);
    device.post(frame, ENVELOPE_BYTES + eager, processes[dest], ENVELOPE, context);
    if (bytes > EAGER) {
      sendPieces(data, processes[dest]);
    }
  }

  private void sendPieces(MemorySegment data, int process) {
    if (outgoing == null) {
      outgoing = Frame.toSend(device, PIECE);
    }
    for (long start = 0; start < data.byteSize(); start += PIECE) {
      device.recv(grant, process, GRANT, context);
      if (grant.payload.get(JAVA_INT_UNALIGNED, 0) == 0) {
        return;
      }
      int count = (int) Math.min(PIECE, data.byteSize() - start);
      MemorySegment.copy(data, start, outgoing.payload, 0, count);
      device.send(outgoing, count, process, DATA, context);
    }
  }

  /// Waits for a message that matches and receives it. One that is longer than `data` is lost.
  ///
  /// @return who sent it, with which tag, and its length, which may be longer than `data`
  Status recv(MemorySegment data, int source, int tag) {
    Message message = await(source, tag);
    held.remove(message);
    Status status = message.status;
    boolean fits = status.bytes() <= data.byteSize();
    if (message.data == null) {
      receivePieces(data, status.bytes(), processes[status.source()], fits);
    } else if (fits) {
      MemorySegment.copy(message.data, 0, data, 0, status.bytes());
    }
    return status;
  }

  private void receivePieces(MemorySegment data, long bytes, int process, boolean fits) {
    if (!fits) {
      grant(process, 0);
      return;
    }
    if (incoming == null) {
      incoming = Frame.toReceive(device, PIECE);
    }
    long granted = 0;
    for (long start = 0; start < bytes; start += PIECE) {
      for (; granted < bytes && granted < start + (long) AHEAD * PIECE; granted += PIECE) {
        grant(process, 1);
      }
      device.recv(incoming, process, DATA, context);
      MemorySegment.copy(incoming.payload, 0, data, start, Math.min(PIECE, bytes - start));
    }
  }

  private void grant(int process, int pieces) {
    Frame frame = Frame.once(device, Integer.BYTES);
    frame.payload.set(JAVA_INT_UNALIGNED, 0, pieces);
    device.post(frame, Integer.BYTES, process, GRANT, context);
  }

  /// Waits for a message that matches, and leaves it.
  Status probe(int source, int tag) {
    return await(source, tag).status;
  }

  /// Waits for the first message that matches; it is held then.
  private Message await(int source, int tag) {
    Iterator<Message> earlier = held.iterator();
    while (earlier.hasNext()) {
      Message message = earlier.next();
      if (message.matches(source, tag)) {
        return message;
      }
    }
    while (true) {
      Message message = next();
      held.add(message);
      if (message.matches(source, tag)) {
        return message;
      }
    }
  }

  private Message next() {
    device.recv(envelope, Device.ANY, ENVELOPE, context);
    MemorySegment payload = envelope.payload;
    long bytes = payload.get(JAVA_LONG_UNALIGNED, BYTES);
    Status status =
        new Status(
            payload.get(JAVA_INT_UNALIGNED, SOURCE), payload.get(JAVA_INT_UNALIGNED, TAG), bytes);
    return new Message(status, bytes > EAGER ? null : copy(payload.asSlice(ENVELOPE_BYTES, bytes)));
  }

  private static MemorySegment copy(MemorySegment data) {
    long bytes = data.byteSize();
    MemorySegment copy =
        bytes <= PIECE
            ? MemorySegment.ofArray(new byte[(int) bytes])
            : Arena.ofAuto().allocate(bytes);
    return copy.copyFrom(data);
  }
}
