package dev.sheaf.transport.mpj;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// The memory of one message of MPJ's: room for the device's words, MPJ's section header, and our
/// bytes.
final class Frame {
  /// MPJ's header of a section: type and count.
  static final int SECTION_BYTES = 8;

  /// MPJ's `Buffer` on it.
  final Object buffer;

  /// Our bytes.
  final MemorySegment payload;

  private final Library library;
  private final ByteBuffer bytes;

  private Frame(Library library, ByteBuffer bytes, int offset) {
    this.library = library;
    this.bytes = bytes;
    payload = MemorySegment.ofBuffer(bytes).asSlice(offset + SECTION_BYTES);
    buffer = library.newBuffer(bytes, offset);
  }

  /// To be sent once: on the heap.
  static Frame once(Device device, int capacity) {
    return new Frame(
        device.library(),
        ByteBuffer.allocate(device.sendOverhead() + SECTION_BYTES + capacity),
        device.sendOverhead());
  }

  /// To be sent again and again.
  static Frame toSend(Device device, int capacity) {
    return new Frame(
        device.library(),
        ByteBuffer.allocateDirect(device.sendOverhead() + SECTION_BYTES + capacity),
        device.sendOverhead());
  }

  /// To receive into.
  static Frame toReceive(Device device, int capacity) {
    return new Frame(device.library(), ByteBuffer.allocateDirect(SECTION_BYTES + capacity), 0);
  }

  /// Gives it to MPJ to send the first bytes.
  Object full(int count) {
    bytes.clear();
    library.fill(buffer, SECTION_BYTES + count);
    return buffer;
  }

  /// Gives it to MPJ to receive.
  Object empty() {
    bytes.clear();
    library.clear(buffer);
    return buffer;
  }
}
