package dev.sheaf.zarr;

import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;

/// What may be done to the bytes of a chunk before they are stored, by the names that Zarr and
/// numcodecs have for it.
enum ByteCodec {
  /// RFC 1952.
  GZIP,
  /// RFC 1950.
  ZLIB,
  /// RFC 8878.
  ZSTD,
  /// A block of LZ4 behind the number of its bytes when unpacked.
  LZ4,
  /// See [Blosc].
  BLOSC,
  /// The bytes as they are, and behind them their CRC-32C.
  CRC32C;

  private static final int BUFFER = 1 << 16;

  /// The bytes before a block of LZ4.
  private static final int LZ4_SIZE = 4;

  /// The codec of that name; `null` if there is none.
  static ByteCodec of(String name) {
    return Arrays.stream(values())
        .filter(codec -> codec.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElse(null);
  }

  /// Undoes it.
  ///
  /// @param room for what comes out, if that is not a part of what went in
  /// @throws IOException if the bytes are damaged, cut short, or too many; or a RuntimeException
  Bytes decode(Bytes from, byte[] room) throws IOException {
    byte[] in = from.array();
    int start = from.start();
    int length = from.length();
    int size =
        switch (this) {
          case GZIP -> gunzip(in, start, length, room);
          case ZLIB -> inflate(in, start, length, room, 0, room.length);
          case ZSTD ->
              new ZstdJavaDecompressor().decompress(in, start, length, room, 0, room.length);
          case LZ4 ->
              new Lz4JavaDecompressor()
                  .decompress(in, start + LZ4_SIZE, length - LZ4_SIZE, room, 0, room.length);
          case BLOSC -> Blosc.decode(from, room);
          case CRC32C -> 0;
        };
    return this == CRC32C ? from.checked() : new Bytes(room, 0, size);
  }

  private static int gunzip(byte[] in, int from, int length, byte[] room) throws IOException {
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(in, from, length), BUFFER)) {
      int read = gzip.readNBytes(room, 0, room.length);
      checkEnd(gzip.read() < 0, room.length);
      return read;
    }
  }

  /// Unpacks RFC 1950 into at most so many bytes.
  static int inflate(byte[] in, int from, int length, byte[] out, int to, int room)
      throws IOException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(in, from, length);
      int read = inflater.inflate(out, to, room);
      checkEnd(inflater.finished() || inflater.inflate(new byte[1]) == 0, room);
      return read;
    } catch (DataFormatException e) {
      throw new IOException("no zlib data", e);
    } finally {
      inflater.end();
    }
  }

  private static void checkEnd(boolean end, int room) throws IOException {
    if (!end) {
      throw new IOException("it has more than %d bytes when unpacked".formatted(room));
    }
  }
}
