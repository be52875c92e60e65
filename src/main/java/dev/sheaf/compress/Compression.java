package dev.sheaf.compress;

import io.airlift.compress.v3.Decompressor;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;

/// How bytes are compressed. They are unpacked by the system's libraries where these are found
/// ([SystemLibrary]), else by aircompressor, in Java; gzip and zlib by the JDK. Both ways give the
/// same; but of damage that a format has no check sum for, one may see more than the other.
public enum Compression {
  /// As they are.
  NONE,
  /// A block of LZ4, without a frame.
  LZ4,
  /// Snappy's format, without a frame.
  SNAPPY,
  /// RFC 8878.
  ZSTD,
  /// RFC 1950.
  ZLIB,
  /// RFC 1952.
  GZIP;

  private static final int BUFFER = 1 << 16;

  /// Unpacks all of some bytes.
  ///
  /// @param room how many bytes may come out
  /// @return how many came out
  /// @throws IOException if they are damaged, cut short, or too many
  public int unpack(byte[] in, int from, int length, byte[] out, int to, int room)
      throws IOException {
    SystemLibrary library = SystemLibrary.of(this);
    if (library != null) {
      int unpacked = library.unpack(in, from, length, out, to, room);
      if (unpacked >= 0) {
        return unpacked;
      }
      // The other way tells what is wrong.
    }
    return unpackInJava(in, from, length, out, to, room);
  }

  int unpackInJava(byte[] in, int from, int length, byte[] out, int to, int room)
      throws IOException {
    return switch (this) {
      case NONE -> {
        checkEnd(length <= room, room);
        System.arraycopy(in, from, out, to, length);
        yield length;
      }
      case LZ4 -> unpack(new Lz4JavaDecompressor(), in, from, length, out, to, room);
      case SNAPPY -> unpack(new SnappyJavaDecompressor(), in, from, length, out, to, room);
      case ZSTD -> unpack(new ZstdJavaDecompressor(), in, from, length, out, to, room);
      case ZLIB -> inflate(in, from, length, out, to, room);
      case GZIP -> gunzip(in, from, length, out, to, room);
    };
  }

  private static int unpack(
      Decompressor by, byte[] in, int from, int length, byte[] out, int to, int room)
      throws IOException {
    try {
      return by.decompress(in, from, length, out, to, room);
    } catch (MalformedInputException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static int inflate(byte[] in, int from, int length, byte[] out, int to, int room)
      throws IOException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(in, from, length);
      int unpacked = inflater.inflate(out, to, room);
      checkEnd(inflater.finished() || inflater.inflate(new byte[1]) == 0, room);
      return unpacked;
    } catch (DataFormatException e) {
      throw new IOException("no zlib data", e);
    } finally {
      inflater.end();
    }
  }

  private static int gunzip(byte[] in, int from, int length, byte[] out, int to, int room)
      throws IOException {
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(in, from, length), BUFFER)) {
      int unpacked = gzip.readNBytes(out, to, room);
      checkEnd(gzip.read() < 0, room);
      return unpacked;
    }
  }

  private static void checkEnd(boolean end, int room) throws IOException {
    if (!end) {
      throw new IOException("it has more than %d bytes when unpacked".formatted(room));
    }
  }
}
