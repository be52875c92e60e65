package dev.sheaf.comm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Appends values to a growing array, little-endian; strings and arrays behind their length. Not
/// for use by several threads.
public final class Encoder {
  private ByteBuffer buffer = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);

  /// Appends one byte.
  public Encoder putByte(byte value) {
    room(1).put(value);
    return this;
  }

  /// Appends 1 for true, 0 for false, in one byte.
  public Encoder putBoolean(boolean value) {
    return putByte((byte) (value ? 1 : 0));
  }

  /// Appends four bytes.
  public Encoder putInt(int value) {
    room(4).putInt(value);
    return this;
  }

  /// Appends eight bytes.
  public Encoder putLong(long value) {
    room(8).putLong(value);
    return this;
  }

  /// Appends four bytes, every bit kept.
  public Encoder putFloat(float value) {
    return putInt(Float.floatToRawIntBits(value));
  }

  /// Appends eight bytes, every bit kept.
  public Encoder putDouble(double value) {
    return putLong(Double.doubleToRawLongBits(value));
  }

  /// Appends the string in UTF-8.
  public Encoder putString(String value) {
    return putBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /// Appends the bytes.
  public Encoder putBytes(byte[] values) {
    putInt(values.length);
    room(values.length).put(values);
    return this;
  }

  /// Appends the elements.
  public Encoder putInts(int[] values) {
    putInt(values.length);
    ByteBuffer out = room(4L * values.length);
    out.asIntBuffer().put(values);
    out.position(out.position() + 4 * values.length);
    return this;
  }

  /// Appends the elements.
  public Encoder putLongs(long[] values) {
    putInt(values.length);
    ByteBuffer out = room(8L * values.length);
    out.asLongBuffer().put(values);
    out.position(out.position() + 8 * values.length);
    return this;
  }

  /// Appends the elements.
  public Encoder putFloats(float[] values) {
    putInt(values.length);
    ByteBuffer out = room(4L * values.length);
    out.asFloatBuffer().put(values);
    out.position(out.position() + 4 * values.length);
    return this;
  }

  /// Appends the elements.
  public Encoder putDoubles(double[] values) {
    putInt(values.length);
    ByteBuffer out = room(8L * values.length);
    out.asDoubleBuffer().put(values);
    out.position(out.position() + 8 * values.length);
    return this;
  }

  /// The number of bytes so far.
  public int size() {
    return buffer.position();
  }

  /// A copy of what was appended.
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private ByteBuffer room(long bytes) {
    if (buffer.remaining() < bytes) {
      long needed = buffer.position() + bytes;
      if (needed > Integer.MAX_VALUE - 8) {
        throw new CommException(
            "an encoded value of "
                + needed
                + " bytes is too long: send it as a buffer, or in parts");
      }
      long grown = Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * buffer.capacity()));
      buffer.flip();
      buffer = ByteBuffer.allocate((int) grown).order(ByteOrder.LITTLE_ENDIAN).put(buffer);
    }
    return buffer;
  }
}
