package dev.sheaf.parquet;

import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/// How pages are compressed. The order is that of the format's numbers.
enum Compression {
  NONE,
  SNAPPY,
  GZIP,
  LZO,
  BROTLI,
  LZ4,
  ZSTD,
  LZ4_RAW;

  private static final Compression[] ALL = values();

  static Compression of(long number) throws ParquetException {
    if (number < 0 || number >= ALL.length) {
      throw new ParquetException("compression " + number + " is not known");
    }
    return ALL[(int) number];
  }

  /// Unpacks `length` bytes to fill `out` from `to` up to `end`.
  void unpack(byte[] in, int from, int length, byte[] out, int to, int end) throws IOException {
    int room = end - to;
    int unpacked =
        switch (this) {
          case NONE -> {
            System.arraycopy(in, from, out, to, Math.min(length, room));
            yield length;
          }
          case SNAPPY -> new SnappyJavaDecompressor().decompress(in, from, length, out, to, room);
          case ZSTD -> new ZstdJavaDecompressor().decompress(in, from, length, out, to, room);
          case LZ4_RAW -> new Lz4JavaDecompressor().decompress(in, from, length, out, to, room);
          case GZIP -> {
            try (var gzip = new GZIPInputStream(new ByteArrayInputStream(in, from, length))) {
              yield gzip.readNBytes(out, to, room);
            }
          }
          case LZO, BROTLI, LZ4 ->
              throw new ParquetException(
                  "compression %s is not known; write it with snappy, zstd or gzip"
                      .formatted(name().toLowerCase(java.util.Locale.ROOT)));
        };
    if (unpacked != room) {
      throw new ParquetException(
          "a page of %d bytes has %d when unpacked".formatted(room, unpacked));
    }
  }
}
