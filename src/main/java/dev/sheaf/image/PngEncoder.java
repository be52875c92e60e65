package dev.sheaf.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/// Writes PNGs of 8 bits a sample, grey or RGB.
///
/// Source: PNG (ISO/IEC 15948), zlib (RFC 1950), DEFLATE's stored blocks (RFC 1951, 3.2.4).
public final class PngEncoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int LARGEST_BLOCK = 65535;
  private static final int CHUNK_FRAME = 12;

  private PngEncoder() {}

  /// Encodes an image, not compressed: for noise, which can't be, and so that the bytes depend on
  /// no version of zlib.
  ///
  /// @param samples (height, width, channels), row-major
  /// @param channels 1 or 3
  public static byte[] encode(ImageSize size, int channels, byte[] samples) {
    byte[] rows = rows(size, channels, samples);
    return encode(size, channels == 1, zlib(rows, stored(rows)));
  }

  /// Encodes a drawing: rows as their difference from the row above, and runs compressed. The bytes
  /// depend on no version of zlib either.
  ///
  /// @param samples (height, width, channels), row-major
  /// @param channels 1 or 3
  public static byte[] encodeDrawing(ImageSize size, int channels, byte[] samples) {
    byte[] rows = rows(size, channels, samples);
    int length = size.width() * channels + 1;
    for (int row = rows.length - length; row > 0; row -= length) {
      subtractAbove(rows, row, length);
    }
    for (int row = 0; row < rows.length; row += length) {
      rows[row] = 2; // the filter type: up
    }
    return encode(size, channels == 1, zlib(rows, RunDeflater.deflate(rows, channels)));
  }

  private static void subtractAbove(byte[] rows, int row, int length) {
    for (int at = row; at < row + length; at++) {
      rows[at] -= rows[at - length];
    }
  }

  /// @param data the rows, each after its filter type, compressed
  static byte[] encode(ImageSize size, boolean grey, byte[] data) {
    ByteBuffer png =
        ByteBuffer.allocate(SIGNATURE.length + 3 * CHUNK_FRAME + 13 + data.length).put(SIGNATURE);
    ByteBuffer header =
        ByteBuffer.allocate(13)
            .putInt(size.width())
            .putInt(size.height())
            .put((byte) 8) // bits a sample
            .put((byte) (grey ? 0 : 2)); // the rest is 0: no interlacing
    chunk(png, "IHDR", header.array());
    chunk(png, "IDAT", data);
    chunk(png, "IEND", new byte[0]);
    return png.array();
  }

  /// Each row after its filter type, 0: none.
  private static byte[] rows(ImageSize size, int channels, byte[] samples) {
    int row = size.width() * channels;
    byte[] rows = new byte[Math.multiplyExact(size.height(), row + 1)];
    for (int y = 0; y < size.height(); y++) {
      System.arraycopy(samples, y * row, rows, y * (row + 1) + 1, row);
    }
    return rows;
  }

  private static byte[] zlib(byte[] bytes, byte[] deflated) {
    Adler32 sum = new Adler32();
    sum.update(bytes);
    return ByteBuffer.allocate(2 + deflated.length + 4)
        .putShort((short) 0x7801)
        .put(deflated)
        .putInt((int) sum.getValue())
        .array();
  }

  private static byte[] stored(byte[] bytes) {
    int blocks = Math.ceilDiv(bytes.length, LARGEST_BLOCK);
    ByteBuffer deflated = ByteBuffer.allocate(5 * blocks + bytes.length);
    for (int from = 0; from < bytes.length; from += LARGEST_BLOCK) {
      int length = Math.min(LARGEST_BLOCK, bytes.length - from);
      deflated.put((byte) (from + length == bytes.length ? 1 : 0)); // the last block; stored
      deflated.putShort(Short.reverseBytes((short) length));
      deflated.putShort(Short.reverseBytes((short) ~length));
      deflated.put(bytes, from, length);
    }
    return deflated.array();
  }

  private static void chunk(ByteBuffer png, String type, byte[] data) {
    png.putInt(data.length);
    int begin = png.position();
    png.put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
    CRC32 crc = new CRC32();
    crc.update(png.slice(begin, png.position() - begin));
    png.putInt((int) crc.getValue());
  }
}
