package dev.sheaf.transport.local;

import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Status;
import java.lang.foreign.MemorySegment;

/// A message on its way: a copy of its own if it is short, else the sender's memory, which waits
/// for the receiver.
final class Message {
  final LocalCommunicator sender;
  final int tag;
  final MemorySegment data;

  /// Whether the receiver needs the data no more.
  volatile boolean received;

  Message(LocalCommunicator sender, int tag, MemorySegment data) {
    this.sender = sender;
    this.tag = tag;
    this.data = data;
  }

  boolean matches(int source, int tag) {
    return (source == Communicator.ANY_SOURCE || source == sender.rank())
        && (tag == Communicator.ANY_TAG || tag == this.tag);
  }

  Status status() {
    return new Status(sender.rank(), tag, data.byteSize());
  }
}
