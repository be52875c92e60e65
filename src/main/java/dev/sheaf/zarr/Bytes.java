package dev.sheaf.zarr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// Some bytes of an array.
record Bytes(byte[] array, int start, int length) {
  /// The bytes of a check sum.
  static final int SUM = Integer.BYTES;

  /// In a view of little-endian numbers.
  ByteBuffer buffer() {
    return ByteBuffer.wrap(array, start, length).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Those before a check sum, their CRC-32C.
  ///
  /// @throws IOException if that is another
  Bytes checked() throws IOException {
    if (length < SUM) {
      throw new IOException("cut short");
    }
    CRC32C sum = new CRC32C();
    sum.update(array, start, length - SUM);
    if ((int) sum.getValue() != buffer().getInt(length - SUM)) {
      throw new IOException("its CRC-32C is wrong");
    }
    return new Bytes(array, start, length - SUM);
  }
}
