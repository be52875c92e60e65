package dev.sheaf.zarr;

import dev.sheaf.compress.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Buffers of Blosc 1 (<https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst>), which
/// packs blocks of elements whose bytes, or bits, it has put together by their place in the
/// element.
///
/// ```
///   1 byte   version of the format
///   1        version of the inner format
///   1        flags: 1 bytes shuffled, 2 stored as they are, 4 bits shuffled, 16 blocks not split;
///            the upper three bits are the inner format
///   1        bytes of an element
///   4        bytes when unpacked
///   4        bytes of a block
///   4        bytes of all this
///   4 each   where the blocks begin
///   blocks   each of as many streams as an element has bytes, or of one: 4 bytes with its length,
///            and the packed bytes; as they are, if that is the length when unpacked
/// ```
final class Blosc {
  private static final int HEADER = 16;
  private static final int BYTES_SHUFFLED = 1;
  private static final int STORED = 2;
  private static final int BITS_SHUFFLED = 4;
  private static final int NOT_SPLIT = 16;

  /// Blocks of elements larger than this are not split, ...
  private static final int MOST_STREAMS = 16;

  /// ... nor those whose streams would be shorter.
  private static final int LEAST_STREAM = 128;

  private final byte[] in;
  private final int start;
  private final ByteBuffer header;
  private final int flags;
  private final int elementBytes;
  private final int bytes;
  private final int blockBytes;
  private final byte[] shuffled;

  /// @param most how many bytes it may have when unpacked
  private Blosc(Bytes from, int most) throws IOException {
    header = from.buffer();
    if (header.limit() < HEADER || header.getInt(12) != header.limit()) {
      throw new IOException("cut short");
    }
    in = from.array();
    start = from.start();
    flags = header.get(2) & 0xff;
    elementBytes = Math.max(1, header.get(3) & 0xff);
    bytes = header.getInt(4);
    blockBytes = header.getInt(8);
    if (bytes < 0 || bytes > most || blockBytes < 1) {
      throw new IOException("it has %d bytes when unpacked".formatted(bytes));
    }
    shuffled = new byte[isShuffled() ? Math.min(blockBytes, bytes) : 0];
  }

  /// Unpacks a buffer.
  ///
  /// @return how many bytes came out
  static int decode(Bytes from, byte[] to) throws IOException {
    return new Blosc(from, to.length).decode(to);
  }

  private boolean isShuffled() {
    return (flags & (BYTES_SHUFFLED | BITS_SHUFFLED)) != 0;
  }

  private int decode(byte[] to) throws IOException {
    if ((flags & STORED) != 0) {
      header.get(HEADER, to, 0, bytes);
      return bytes;
    }
    for (int done = 0, block = 0; done < bytes; done += blockBytes, block++) {
      int here = Math.min(blockBytes, bytes - done);
      int at = header.getInt(HEADER + block * Integer.BYTES);
      if (isShuffled()) {
        unpack(at, shuffled, 0, here);
        unshuffle(here, to, done);
      } else {
        unpack(at, to, done, here);
      }
    }
    return bytes;
  }

  private void unpack(int block, byte[] out, int to, int bytes) throws IOException {
    boolean split =
        (flags & NOT_SPLIT) == 0
            && bytes == blockBytes
            && elementBytes <= MOST_STREAMS
            && bytes / elementBytes >= LEAST_STREAM;
    int streams = split ? elementBytes : 1;
    int each = bytes / streams;
    int at = block;
    for (int i = 0; i < streams; i++) {
      int packed = header.getInt(at);
      at += Integer.BYTES;
      ByteBuffer stream = header.slice(at, packed);
      if (packed == each) {
        stream.get(out, to + i * each, each);
      } else if (unpackStream(start + at, packed, out, to + i * each, each) != each) {
        throw new IOException("a block is too short");
      }
      at += packed;
    }
  }

  private int unpackStream(int from, int length, byte[] out, int to, int room) throws IOException {
    return switch (flags >> 5) {
      case 0 -> BloscLz.decode(in, from, length, out, to, room);
      case 1 -> Compression.LZ4.unpack(in, from, length, out, to, room);
      case 2 -> Compression.SNAPPY.unpack(in, from, length, out, to, room);
      case 3 -> Compression.ZLIB.unpack(in, from, length, out, to, room);
      case 4 -> Compression.ZSTD.unpack(in, from, length, out, to, room);
      default ->
          throw new IOException("Blosc's inner format %d is not known".formatted(flags >> 5));
    };
  }

  /// Puts the bytes of elements together; what remains behind the last whole one is as it was.
  private void unshuffle(int bytes, byte[] out, int to) {
    int elements = bytes / elementBytes;
    int done = 0;
    if ((flags & BYTES_SHUFFLED) != 0) {
      done = elements * elementBytes;
      Unshuffle.bytes(shuffled, elements, elementBytes, out, to);
    } else if (elements % 8 == 0) {
      done = elements * elementBytes;
      Unshuffle.bits(shuffled, elements, elementBytes, out, to);
    }
    System.arraycopy(shuffled, done, out, to + done, bytes - done);
  }
}
