package dev.sheaf.zarr;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Puts elements together whose bytes, or bits, were sorted by their place in the element.
final class Unshuffle {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  // The even ones of a long's bytes, pairs and fours.
  private static final long BYTES = 0x00ff00ff00ff00ffL;
  private static final long PAIRS = 0x0000ffff0000ffffL;
  private static final long FOURS = 0x00000000ffffffffL;

  private Unshuffle() {}

  /// The bytes of place k in the elements are row k, of `elements` bytes.
  static void bytes(byte[] in, int elements, int elementBytes, byte[] out, int to) {
    int done = elementBytes == 4 || elementBytes == 8 ? elements / 8 * 8 : 0;
    // Methods of their own for eight elements: these are compiled long before the loop.
    for (int i = 0; i < done; i += 8) {
      if (elementBytes == 4) {
        eightOf4(in, elements, i, out, to + 4 * i);
      } else {
        eightOf8(in, elements, i, out, to + 8 * i);
      }
    }
    for (int k = 0; k < elementBytes; k++) {
      for (int i = done, at = to + done * elementBytes + k; i < elements; i++, at += elementBytes) {
        out[at] = in[k * elements + i];
      }
    }
  }

  /// Rows of eight bytes each to elements, as a matrix the other way round: first every second byte
  /// changes place with the row beside it, then pairs with the row after the next, and so on.
  private static void eightOf4(byte[] in, int row, int i, byte[] out, int at) {
    long a = (long) LONG.get(in, i);
    long b = (long) LONG.get(in, row + i);
    long c = (long) LONG.get(in, 2 * row + i);
    long d = (long) LONG.get(in, 3 * row + i);
    long ab = even(a, b, 8, BYTES);
    long cd = even(c, d, 8, BYTES);
    b = odd(a, b, 8, BYTES);
    d = odd(c, d, 8, BYTES);
    long e0 = even(ab, cd, 16, PAIRS); // elements 0 and 4
    long e1 = even(b, d, 16, PAIRS); // 1 and 5
    long e2 = odd(ab, cd, 16, PAIRS);
    long e3 = odd(b, d, 16, PAIRS);
    LONG.set(out, at, even(e0, e1, 32, FOURS));
    LONG.set(out, at + 8, even(e2, e3, 32, FOURS));
    LONG.set(out, at + 16, odd(e0, e1, 32, FOURS));
    LONG.set(out, at + 24, odd(e2, e3, 32, FOURS));
  }

  private static void eightOf8(byte[] in, int row, int i, byte[] out, int at) {
    long a = (long) LONG.get(in, i);
    long b = (long) LONG.get(in, row + i);
    long c = (long) LONG.get(in, 2 * row + i);
    long d = (long) LONG.get(in, 3 * row + i);
    long e = (long) LONG.get(in, 4 * row + i);
    long f = (long) LONG.get(in, 5 * row + i);
    long g = (long) LONG.get(in, 6 * row + i);
    long h = (long) LONG.get(in, 7 * row + i);
    long ab = even(a, b, 8, BYTES);
    long cd = even(c, d, 8, BYTES);
    long ef = even(e, f, 8, BYTES);
    long gh = even(g, h, 8, BYTES);
    b = odd(a, b, 8, BYTES);
    d = odd(c, d, 8, BYTES);
    f = odd(e, f, 8, BYTES);
    h = odd(g, h, 8, BYTES);
    halves(even(ab, cd, 16, PAIRS), even(ef, gh, 16, PAIRS), out, at);
    halves(even(b, d, 16, PAIRS), even(f, h, 16, PAIRS), out, at + 8);
    halves(odd(ab, cd, 16, PAIRS), odd(ef, gh, 16, PAIRS), out, at + 16);
    halves(odd(b, d, 16, PAIRS), odd(f, h, 16, PAIRS), out, at + 24);
  }

  /// Two elements, the second four behind the first, of what have the first halves of both and the
  /// second.
  private static void halves(long first, long second, byte[] out, int at) {
    LONG.set(out, at, even(first, second, 32, FOURS));
    LONG.set(out, at + 32, odd(first, second, 32, FOURS));
  }

  private static long even(long a, long b, int bits, long mask) {
    return (a & mask) | ((b & mask) << bits);
  }

  private static long odd(long a, long b, int bits, long mask) {
    return ((a >>> bits) & mask) | (b & ~mask);
  }

  /// The bits of place k in the elements are row k, of `elements / 8` bytes.
  static void bits(byte[] in, int elements, int elementBytes, byte[] out, int to) {
    int row = elements / 8;
    for (int k = 0; k < elementBytes; k++) {
      for (int i = 0; i < row; i++) {
        long eight = 0;
        for (int bit = 0; bit < 8; bit++) {
          eight |= (in[(8 * k + bit) * row + i] & 0xffL) << (8 * bit);
        }
        eight = transposed(eight);
        for (int j = 0; j < 8; j++) {
          out[to + (8 * i + j) * elementBytes + k] = (byte) (eight >>> (8 * j));
        }
      }
    }
  }

  /// Eight bytes as a matrix of bits the other way round (Hacker's Delight, 7-3).
  private static long transposed(long bits) {
    long x = bits;
    long t = (x ^ x >>> 7) & 0x00aa00aa00aa00aaL;
    x ^= t ^ t << 7;
    t = (x ^ x >>> 14) & 0x0000cccc0000ccccL;
    x ^= t ^ t << 14;
    t = (x ^ x >>> 28) & 0x00000000f0f0f0f0L;
    return x ^ t ^ t << 28;
  }
}
