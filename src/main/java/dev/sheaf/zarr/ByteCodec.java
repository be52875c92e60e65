package dev.sheaf.zarr;

import dev.sheaf.compress.Compression;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

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
    return switch (this) {
      case GZIP -> unpack(Compression.GZIP, from, 0, room);
      case ZLIB -> unpack(Compression.ZLIB, from, 0, room);
      case ZSTD -> unpack(Compression.ZSTD, from, 0, room);
      case LZ4 -> unpack(Compression.LZ4, from, LZ4_SIZE, room);
      case BLOSC -> new Bytes(room, 0, Blosc.decode(from, room));
      case CRC32C -> from.checked();
    };
  }

  /// @param before how many bytes are before what is packed
  private static Bytes unpack(Compression by, Bytes from, int before, byte[] room)
      throws IOException {
    int start = from.start() + before;
    int length = from.length() - before;
    return new Bytes(room, 0, by.unpack(from.array(), start, length, room, 0, room.length));
  }
}
