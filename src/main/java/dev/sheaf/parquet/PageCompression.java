package dev.sheaf.parquet;

import dev.sheaf.compress.Compression;
import java.io.IOException;
import java.util.Locale;

/// How pages are compressed. The order is that of the format's numbers.
enum PageCompression {
  NONE(Compression.NONE),
  SNAPPY(Compression.SNAPPY),
  GZIP(Compression.GZIP),
  LZO(null),
  BROTLI(null),
  /// As Hadoop framed it, long given up.
  LZ4(null),
  ZSTD(Compression.ZSTD),
  LZ4_RAW(Compression.LZ4);

  private static final PageCompression[] ALL = values();

  private final Compression compression;

  PageCompression(Compression compression) {
    this.compression = compression;
  }

  static PageCompression of(long number) throws ParquetException {
    if (number < 0 || number >= ALL.length) {
      throw new ParquetException("compression " + number + " is not known");
    }
    return ALL[(int) number];
  }

  /// Unpacks `length` bytes to fill `out` from the beginning up to `size`.
  void unpack(byte[] in, int from, int length, byte[] out, int size) throws ParquetException {
    if (compression == null) {
      throw new ParquetException(
          "compression %s is not known; write it with snappy, zstd or gzip"
              .formatted(name().toLowerCase(Locale.ROOT)));
    }
    int unpacked;
    try {
      unpacked = compression.unpack(in, from, length, out, 0, size);
    } catch (IOException e) {
      throw new ParquetException("a page is damaged or cut short", e);
    }
    if (unpacked != size) {
      throw new ParquetException(
          "a page of %d bytes has %d when unpacked".formatted(size, unpacked));
    }
  }
}
