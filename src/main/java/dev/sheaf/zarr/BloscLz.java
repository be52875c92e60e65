package dev.sheaf.zarr;

import java.io.IOException;

/// Blosc's own inner format (<https://github.com/Blosc/c-blosc/blob/main/blosc/blosclz.c>, after
/// FastLZ): runs of bytes as they are, and copies of what was before.
///
/// ```
///   000nnnnn                        n + 1 bytes follow
///   nnnddddd [n...] dddddddd        copy n + 2 bytes from d + 1 before; with n of 7 more is added,
///                                   as long as it is 255
///   nnn11111 [n...] 11111111 D D    the same from 8192 + D before, D of two bytes
/// ```
final class BloscLz {
  private static final int NEAR = 31;
  private static final int FAR = 8191;

  private BloscLz() {}

  /// @return how many bytes came out
  /// @throws IndexOutOfBoundsException if it is damaged
  static int decode(byte[] in, int from, int length, byte[] out, int to, int room)
      throws IOException {
    int end = from + length;
    int at = from;
    int put = to;
    int control = in[at++] & NEAR;
    while (true) {
      if (control < 32) {
        int run = control + 1;
        check(at + run <= end && put + run <= to + room);
        System.arraycopy(in, at, out, put, run);
        at += run;
        put += run;
      } else {
        int high = control & NEAR;
        int run = (control >> 5) + 2;
        int more = (control >> 5) == 7 ? 255 : 0;
        while (more == 255) {
          check(at < end);
          more = in[at++] & 0xff;
          run += more;
        }
        check(at < end);
        int low = in[at++] & 0xff;
        int distance = (high << 8) + low + 1;
        if (high == NEAR && low == 255) {
          check(at + 2 <= end);
          distance = FAR + 1 + ((in[at] & 0xff) << 8) + (in[at + 1] & 0xff);
          at += 2;
        }
        check(put - distance >= to && put + run <= to + room);
        for (int stop = put + run; put < stop; put++) {
          out[put] = out[put - distance];
        }
      }
      if (at >= end) {
        return put - to;
      }
      control = in[at++] & 0xff;
    }
  }

  private static void check(boolean whole) throws IOException {
    if (!whole) {
      throw new IOException("a block is damaged");
    }
  }
}
