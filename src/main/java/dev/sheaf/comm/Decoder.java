package dev.sheaf.comm;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Reads what an [Encoder] appended, in the same order. Lengths are checked against what is there
/// before memory is allocated.
public final class Decoder {
  private final ByteBuffer buffer;

  /// Reads from the start of the array, which is not copied.
  public Decoder(byte[] bytes) {
    buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Reads one byte.
  public byte getByte() {
    return need(1).get();
  }

  /// Reads one byte, 0 for false.
  public boolean getBoolean() {
    return getByte() != 0;
  }

  /// Reads four bytes.
  public int getInt() {
    return need(4).getInt();
  }

  /// Reads eight bytes.
  public long getLong() {
    return need(8).getLong();
  }

  /// Reads four bytes.
  public float getFloat() {
    return Float.intBitsToFloat(getInt());
  }

  /// Reads eight bytes.
  public double getDouble() {
    return Double.longBitsToDouble(getLong());
  }

  /// Reads a string.
  public String getString() {
    return new String(getBytes(), StandardCharsets.UTF_8);
  }

  /// Reads an array.
  public byte[] getBytes() {
    byte[] values = new byte[length(1)];
    buffer.get(values);
    return values;
  }

  /// Reads an array.
  public int[] getInts() {
    int[] values = new int[length(4)];
    buffer.asIntBuffer().get(values);
    buffer.position(buffer.position() + 4 * values.length);
    return values;
  }

  /// Reads an array.
  public long[] getLongs() {
    long[] values = new long[length(8)];
    buffer.asLongBuffer().get(values);
    buffer.position(buffer.position() + 8 * values.length);
    return values;
  }

  /// Reads an array.
  public float[] getFloats() {
    float[] values = new float[length(4)];
    buffer.asFloatBuffer().get(values);
    buffer.position(buffer.position() + 4 * values.length);
    return values;
  }

  /// Reads an array.
  public double[] getDoubles() {
    double[] values = new double[length(8)];
    buffer.asDoubleBuffer().get(values);
    buffer.position(buffer.position() + 8 * values.length);
    return values;
  }

  /// How many bytes were read.
  public int position() {
    return buffer.position();
  }

  /// Whether something is left to read.
  public boolean hasRemaining() {
    return buffer.hasRemaining();
  }

  /// Reads the number of elements that follow, each of at least one byte.
  ///
  /// @throws CommException if there can't be so many
  public int getLength() {
    return length(1);
  }

  /// Checks that everything was read.
  ///
  /// @throws CommException if bytes are left
  public void end() {
    if (buffer.hasRemaining()) {
      throw new CommException(
          buffer.remaining()
              + " bytes left over: the ranks run different versions of the program?");
    }
  }

  private int length(int elementBytes) {
    int length = getInt();
    if (length < 0 || (long) length * elementBytes > buffer.remaining()) {
      throw new CommException(
          "an array of length " + length + " in " + buffer.remaining() + " bytes");
    }
    return length;
  }

  private ByteBuffer need(int bytes) {
    if (buffer.remaining() < bytes) {
      throw new CommException(
          "message too short: the ranks run different versions of the program?",
          new BufferUnderflowException());
    }
    return buffer;
  }
}
