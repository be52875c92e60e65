package dev.sheaf.image;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// DEFLATE (RFC 1951) that finds runs alone: for drawings, which consist of them. Fixed codes, one
/// block; the bytes depend on no version of zlib.
final class RunDeflater {
  private static final int SHORTEST = 3;
  private static final int LONGEST = 258;
  private static final int END = 256;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private long bits;
  private int pending;

  private RunDeflater() {}

  /// Compresses.
  ///
  /// @param period a run repeats so many bytes, 1 to 4
  static byte[] deflate(byte[] bytes, int period) {
    RunDeflater deflater = new RunDeflater();
    deflater.put(0b011, 3); // the last block; fixed codes
    int at = 0;
    while (at < bytes.length) {
      int run = at < period ? 0 : run(bytes, at, period);
      if (run < SHORTEST) {
        deflater.symbol(bytes[at++] & 0xff);
      } else {
        deflater.length(run);
        deflater.code(period - 1, 5);
        at += run;
      }
    }
    deflater.symbol(END);
    deflater.put(0, 7); // fills the last byte
    return deflater.out.toByteArray();
  }

  private static int run(byte[] bytes, int from, int period) {
    int end = Math.min(bytes.length, from + LONGEST);
    int same = Arrays.mismatch(bytes, from, end, bytes, from - period, end - period);
    return same < 0 ? end - from : same;
  }

  /// A run's length: 3.2.5, with the table as a formula.
  private void length(int length) {
    int rest = length - SHORTEST;
    int extra = Math.max(0, 29 - Integer.numberOfLeadingZeros(rest));
    if (length == LONGEST) {
      symbol(285);
    } else {
      symbol(257 + 4 * extra + (rest >> extra));
      put(rest & ((1 << extra) - 1), extra);
    }
  }

  /// A byte, a length or the end: 3.2.6.
  private void symbol(int symbol) {
    if (symbol < 144) {
      code(0x30 + symbol, 8);
    } else if (symbol < 256) {
      code(0x190 + symbol - 144, 9);
    } else if (symbol < 280) {
      code(symbol - 256, 7);
    } else {
      code(0xc0 + symbol - 280, 8);
    }
  }

  /// Codes begin with their highest bit, all else with the lowest.
  private void code(int code, int length) {
    put(Integer.reverse(code) >>> (32 - length), length);
  }

  private void put(int value, int length) {
    bits |= (long) value << pending;
    for (pending += length; pending >= 8; pending -= 8) {
      out.write((int) bits);
      bits >>>= 8;
    }
  }
}
