package dev.sheaf.array;

import dev.sheaf.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The header of a `.npy` file, NumPy's format for one array (NEP 1,
/// <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>).
///
/// ```
///   6 bytes  \x93NUMPY
///   2        version: 1.0, 2.0 or 3.0
///   2 or 4   length of the text: 2 bytes in 1.0, 4 from 2.0 on, little-endian
///   ...      text: a Python dict {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
///            with spaces and a newline behind it, so that the data is aligned to 64
///   data     the elements, the last index fastest (Fortran order: the first)
/// ```
///
/// @param type the type of the elements
/// @param order their byte order; little-endian for elements of one byte
/// @param fortranOrder whether the first index runs fastest in the file
/// @param shape the length of each dimension; empty for a single number
/// @param dataOffset where in the file the data begins, in bytes
public record NpyHeader(
    DType type, ByteOrder order, boolean fortranOrder, long[] shape, long dataOffset) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;

  /// NumPy leaves room for the first dimension (Fortran order: the last) to grow to this many
  /// digits.
  private static final int GROWTH_DIGITS = 21;

  /// More text than any array of numbers needs.
  private static final int MAX_TEXT = 1 << 20;

  /// The header of an array in C order and little-endian, as [#bytes] writes it.
  public static NpyHeader of(DType type, long... shape) {
    return of(type, false, shape);
  }

  /// The header of a little-endian array, as [#bytes] writes it.
  ///
  /// @param fortranOrder whether the first index runs fastest
  public static NpyHeader of(DType type, boolean fortranOrder, long... shape) {
    long offset = encode(type, ByteOrder.LITTLE_ENDIAN, fortranOrder, shape).length;
    return new NpyHeader(type, ByteOrder.LITTLE_ENDIAN, fortranOrder, shape, offset);
  }

  /// The bytes that `numpy.save` puts before the data of such an array, version 1.0.
  public byte[] bytes() {
    return encode(type, order, fortranOrder, shape);
  }

  private static byte[] encode(DType type, ByteOrder order, boolean fortranOrder, long[] shape) {
    StringBuilder text =
        new StringBuilder("{'descr': '")
            .append(descr(type, order))
            .append("', 'fortran_order': ")
            .append(fortranOrder ? "True" : "False")
            .append(", 'shape': ")
            .append(tuple(shape))
            .append(", }");
    if (shape.length > 0) {
      long grows = shape[fortranOrder ? shape.length - 1 : 0];
      text.repeat(' ', GROWTH_DIGITS - Long.toString(grows).length());
    }
    int before = MAGIC.length + 4;
    text.repeat(' ', ALIGNMENT - (before + text.length() + 1) % ALIGNMENT).append('\n');
    return ByteBuffer.allocate(before + text.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) text.length())
        .put(text.toString().getBytes(StandardCharsets.US_ASCII))
        .array();
  }

  /// Reads the header of a file and checks that the file has all the data that it announces. More
  /// data than that is let be, as NumPy does.
  ///
  /// @throws InputException if the file can't be opened, is no `.npy` file, holds other than plain
  ///   numbers, or ends before its data does
  public static NpyHeader read(Path file) {
    return read(file, 0, Long.MAX_VALUE, file);
  }

  /// Reads the header of an array that is a part of a file.
  ///
  /// @param start where in the file it begins
  /// @param bytes how many it has, if the file has them
  /// @param name what errors call it
  public static NpyHeader read(Path file, long start, long bytes, Path name) {
    OtherFormat.checkFile(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      NpyHeader header = read(channel, start, name);
      long there = Math.min(channel.size() - start, bytes) + start - header.dataOffset;
      if (there < header.dataBytes()) {
        throw new InputException(
            "%s: truncated: shape %s of %s needs %d bytes of data, the file has %d; copy or save it again"
                .formatted(
                    name, tuple(header.shape), header.type.label(), header.dataBytes(), there));
      }
      return header;
    } catch (IOException e) {
      throw FileErrors.input(name, "can't be read", e);
    }
  }

  private static NpyHeader read(FileChannel channel, long position, Path file) throws IOException {
    ByteBuffer start = readFully(channel, position, MAGIC.length + 2);
    if (start.remaining() < MAGIC.length + 2
        || start.mismatch(ByteBuffer.wrap(MAGIC)) < MAGIC.length) {
      throw OtherFormat.error(file, start);
    }
    int major = start.get(MAGIC.length);
    int minor = start.get(MAGIC.length + 1);
    if (major < 1 || major > 3 || minor != 0) {
      throw new InputException(
          "%s: .npy format version %d.%d is not one of 1.0, 2.0 and 3.0"
              .formatted(file, major, minor));
    }
    int lengthBytes = major == 1 ? 2 : 4;
    ByteBuffer length = readFully(channel, position + MAGIC.length + 2, lengthBytes);
    long textOffset = position + MAGIC.length + 2 + lengthBytes;
    if (length.remaining() < lengthBytes) {
      throw new InputException(file + ": truncated: the file ends within the .npy header");
    }
    long textLength =
        major == 1
            ? Short.toUnsignedLong(length.getShort())
            : Integer.toUnsignedLong(length.getInt());
    if (textLength > MAX_TEXT) {
      throw new InputException(
          "%s: .npy header of %d bytes; that of an array of numbers has a few hundred"
              .formatted(file, textLength));
    }
    ByteBuffer text = readFully(channel, textOffset, (int) textLength);
    if (text.remaining() < textLength) {
      throw new InputException(file + ": truncated: the file ends within the .npy header");
    }
    var charset = major < 3 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
    return new HeaderText(file, charset.decode(text).toString()).header(textOffset + textLength);
  }

  /// The bytes at a position, fewer at the end of the file; little-endian.
  private static ByteBuffer readFully(FileChannel channel, long position, int bytes)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) >= 0) {}
    return buffer.flip();
  }

  /// The number of elements.
  public long count() {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /// The size of the data in bytes.
  public long dataBytes() {
    return count() * type.bytes();
  }

  private static String descr(DType type, ByteOrder order) {
    char mark = type.bytes() == 1 ? '|' : order == ByteOrder.LITTLE_ENDIAN ? '<' : '>';
    return mark + type.code();
  }

  /// A shape as Python prints it: `()`, `(3,)`, `(3, 4)`.
  public static String tuple(long[] shape) {
    return Arrays.stream(shape)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "(", shape.length == 1 ? ",)" : ")"));
  }
}
