package dev.sheaf.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Numbers in bytes, and packed in bits, little-endian
/// (<https://parquet.apache.org/docs/file-format/data-pages/encodings/>).
///
/// Eight bytes behind the data must be there, as numbers are taken out of whole words. What lies
/// beyond ends in an [IndexOutOfBoundsException].
final class Bits {
  /// Bytes that must be there behind the data.
  static final int PADDING = 16;

  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private Bits() {}

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  static short getShort(byte[] in, int at) {
    return (short) SHORT.get(in, at);
  }

  static int getInt(byte[] in, int at) {
    return (int) INT.get(in, at);
  }

  static long getLong(byte[] in, int at) {
    return (long) LONG.get(in, at);
  }

  /// The number of `width` bits, at most 64, that begins at a bit.
  static long get(byte[] in, long bit, int width) {
    int at = (int) (bit >>> 3);
    int shift = (int) (bit & 7);
    long value = getLong(in, at) >>> shift;
    if (shift + width > Long.SIZE) {
      value |= (long) in[at + Long.BYTES] << (Long.SIZE - shift);
    }
    return width == 0 ? 0 : value & -1L >>> (Long.SIZE - width);
  }

  /// Unpacks numbers in the hybrid of runs and packed bits: dictionary indices, levels, booleans.
  ///
  /// @param width the bits of a number, at most 32
  /// @param out takes `count` numbers
  static void hybrid(byte[] in, int from, int end, int width, int[] out, int count)
      throws ParquetException {
    if (width < 0 || width > Integer.SIZE) {
      throw new ParquetException("damaged: numbers of " + width + " bits");
    }
    long mask = (1L << width) - 1;
    Varint head = new Varint(in, from);
    int done = 0;
    while (done < count) {
      if (head.at >= end) {
        throw new ParquetException("a page ends after %d of %d values".formatted(done, count));
      }
      long run = head.next();
      int some = (int) Math.min((run >>> 1) * ((run & 1) == 0 ? 1 : 8), count - done);
      if ((run & 1) == 0) {
        int value = (int) (getLong(in, head.at) & mask);
        java.util.Arrays.fill(out, done, done + some, value);
        head.at += (width + 7) / 8;
      } else {
        long bit = 8L * head.at;
        for (int i = 0; i < some; i++, bit += width) {
          out[done + i] = (int) (getLong(in, (int) (bit >>> 3)) >>> (bit & 7) & mask);
        }
        head.at = Math.toIntExact(head.at + (run >>> 1) * width);
      }
      done += some;
    }
  }

  /// Unpacks whole numbers that are stored as differences, DELTA_BINARY_PACKED.
  ///
  /// @param out takes the numbers
  /// @return where in `in` they end
  static int deltas(byte[] in, int from, long[] out, int count) throws ParquetException {
    Varint head = new Varint(in, from);
    long block = head.next();
    long minis = head.next();
    long total = head.next();
    long value = head.nextSigned();
    if (minis < 1 || minis > block || block % minis != 0 || total != count) {
      throw new ParquetException(
          "damaged: a page of %d differences, where %d are due".formatted(total, count));
    }
    int each = (int) (block / minis);
    int done = 0;
    if (count > 0) {
      out[done++] = value;
    }
    while (done < count) {
      long least = head.nextSigned();
      int widths = head.at;
      head.at += (int) minis;
      for (int mini = 0; mini < minis && done < count; mini++) {
        int width = in[widths + mini];
        long bit = 8L * head.at;
        for (int i = 0; i < each && done < count; i++, bit += width) {
          value += least + get(in, bit, width);
          out[done++] = value;
        }
        head.at = Math.toIntExact(head.at + (long) each * width / 8);
      }
    }
    return head.at;
  }

  /// Goes through numbers of seven bits a byte.
  private static final class Varint {
    private final byte[] in;
    private int at;

    Varint(byte[] in, int at) {
      this.in = in;
      this.at = at;
    }

    long next() throws ParquetException {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        byte next = in[at++];
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw new ParquetException("damaged: a number of more than 64 bits");
    }

    long nextSigned() throws ParquetException {
      long value = next();
      return value >>> 1 ^ -(value & 1);
    }
  }
}
