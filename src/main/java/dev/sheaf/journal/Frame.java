package dev.sheaf.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// What stands before each record: its length and a checksum, an int each, little-endian.
///
/// The checksum is also over what is not written: whose journal it is and the how manieth record.
/// So a record that stands where it doesn't belong is as wrong as one with a changed bit.
final class Frame {
  static final int BYTES = 2 * Integer.BYTES;

  private final CRC32C checksum = new CRC32C();
  private final ByteBuffer place =
      ByteBuffer.allocate(3 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /// Of the records of this journal; before the first is known, of that.
  void of(Entry.Header journal) {
    place.putLong(0, journal.run());
    place.putLong(Long.BYTES, (long) journal.attempt() << 32 | journal.rank());
  }

  /// The checksum of a record, the next one.
  int checksum(byte[] bytes, int offset, int length) {
    checksum.reset();
    checksum.update(place.array());
    checksum.update(bytes, offset, length);
    return (int) checksum.getValue();
  }

  /// That record is there.
  void next() {
    place.putLong(2 * Long.BYTES, records() + 1);
  }

  /// How many records there are, with the header.
  long records() {
    return place.getLong(2 * Long.BYTES);
  }
}
