package dev.sheaf.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// The plain kinds of PNG, by `java.util.zip` alone, to 8-bit RGB: 8 bits a sample, grey or RGB,
/// with alpha or without, not interlaced. All others go to another decoder, and so does a file in
/// which anything is wrong: it has the words for that. On small images some eight times as fast as
/// ImageIO, which takes most of its time to begin.
///
/// Source: PNG (ISO/IEC 15948).
final class PngDecoder implements PixelDecoder {
  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int HEADER = 0x49484452; // IHDR
  private static final int DATA = 0x49444154; // IDAT
  private static final int END = 0x49454E44; // IEND
  private static final int CHUNK_FRAME = 12;

  /// Larger images gain nothing by it.
  private static final long LARGEST = 1 << 26;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final Supplier<PixelDecoder> others;
  private final Inflater inflater = new Inflater();
  private byte[] rows = {};
  private byte[] line = {};

  /// @param others gives the decoder for all that is not plain
  PngDecoder(Supplier<PixelDecoder> others) {
    this.others = others;
  }

  static boolean isPng(MemorySegment file) {
    return file.byteSize() >= 8 + CHUNK_FRAME + 13 && file.get(LONG, 0) == SIGNATURE;
  }

  @Override
  public String name() {
    return "java.util.zip";
  }

  @Override
  public ImageSize size(MemorySegment file) throws ImageException {
    return isPlain(file)
        ? new ImageSize(file.get(INT, 16), file.get(INT, 20))
        : others.get().size(file);
  }

  @Override
  public Orientation orientation(MemorySegment file) {
    return Exif.ofFile(file);
  }

  @Override
  public void decode(MemorySegment file, ImageSize size, PixelFormat format, MemorySegment pixels)
      throws ImageException {
    if (!format.equals(PixelFormat.RGB8) || !isPlain(file) || !decode(file, size, pixels)) {
      others.get().decode(file, size, format, pixels);
    }
  }

  private static boolean isPlain(MemorySegment file) {
    return file.get(INT, 8) == 13
        && file.get(INT, 12) == HEADER
        && file.get(INT, 16) > 0
        && file.get(INT, 20) > 0
        && file.get(JAVA_BYTE, 24) == 8 // bits a sample
        && channels(file) > 0
        && file.get(JAVA_BYTE, 26) == 0 // compression
        && file.get(JAVA_BYTE, 27) == 0 // filters
        && file.get(JAVA_BYTE, 28) == 0; // not interlaced
  }

  /// @return channels in the file; 0 if it has a palette, or what is no type of colour
  private static int channels(MemorySegment file) {
    return switch (file.get(JAVA_BYTE, 25)) {
      case 0 -> 1;
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> 0;
    };
  }

  /// @return whether the file is whole
  private boolean decode(MemorySegment file, ImageSize size, MemorySegment rgb) {
    int channels = channels(file);
    long length = (long) channels * size.width() + 1;
    if (length * size.height() > LARGEST || !inflate(file, (int) length * size.height())) {
      return false;
    }
    if (line.length != 3 * size.width()) {
      line = new byte[3 * size.width()];
    }
    for (int y = 0; y < size.height(); y++) {
      int row = y * (int) length;
      if (!unfilter(row, (int) length, channels, y == 0)) {
        return false;
      }
      long to = (long) y * line.length;
      if (channels == 3) {
        MemorySegment.copy(rows, row + 1, rgb, JAVA_BYTE, to, line.length);
      } else {
        spread(rows, row + 1, channels, line);
        MemorySegment.copy(line, 0, rgb, JAVA_BYTE, to, line.length);
      }
    }
    return true;
  }

  /// Decompresses all data chunks, every chunk's checksum checked, into [#rows].
  private boolean inflate(MemorySegment file, int bytes) {
    if (rows.length <= bytes) {
      rows = new byte[bytes + 1]; // one more, so that the end is read and not too much goes unseen
    }
    inflater.reset();
    int filled = 0;
    long at = 8;
    try {
      while (at <= file.byteSize() - CHUNK_FRAME) {
        long length = Integer.toUnsignedLong(file.get(INT, at));
        if (length > file.byteSize() - CHUNK_FRAME - at) {
          return false;
        }
        CRC32 crc = new CRC32();
        crc.update(file.asSlice(at + 4, 4 + length).asByteBuffer());
        if ((int) crc.getValue() != file.get(INT, at + 8 + length)) {
          return false;
        }
        int type = file.get(INT, at + 4);
        if (type == END) {
          return inflater.finished() && filled == bytes;
        }
        if (type == DATA) {
          inflater.setInput(file.asSlice(at + 8, length).asByteBuffer());
          int some;
          do {
            some = inflater.inflate(rows, filled, bytes + 1 - filled);
            filled += some;
          } while (some > 0);
        }
        at += CHUNK_FRAME + length;
      }
    } catch (DataFormatException _) {
      return false;
    }
    return false;
  }

  /// Undoes the filter of a row, in place.
  private boolean unfilter(int row, int length, int channels, boolean first) {
    int begin = row + 1;
    int end = row + length;
    switch (rows[row]) {
      case 0 -> {}
      case 1 -> {
        for (int i = begin + channels; i < end; i++) {
          rows[i] += rows[i - channels];
        }
      }
      case 2 -> {
        for (int i = begin; i < end && !first; i++) {
          rows[i] += rows[i - length];
        }
      }
      case 3 -> {
        for (int i = begin; i < end; i++) {
          int left = i < begin + channels ? 0 : rows[i - channels] & 0xff;
          int up = first ? 0 : rows[i - length] & 0xff;
          rows[i] += (byte) ((left + up) >> 1);
        }
      }
      case 4 -> {
        for (int i = begin; i < end; i++) {
          boolean edge = i < begin + channels;
          int left = edge ? 0 : rows[i - channels] & 0xff;
          int up = first ? 0 : rows[i - length] & 0xff;
          int corner = edge || first ? 0 : rows[i - length - channels] & 0xff;
          rows[i] += (byte) paeth(left, up, corner);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static int paeth(int left, int up, int corner) {
    int toLeft = Math.abs(up - corner);
    int toUp = Math.abs(left - corner);
    int toCorner = Math.abs(left + up - 2 * corner);
    if (toLeft <= toUp && toLeft <= toCorner) {
      return left;
    }
    return toUp <= toCorner ? up : corner;
  }

  /// A row in RGB: grey repeated, alpha dropped. A loop for each number of channels: with a fixed
  /// stride the compiler leaves out the checks of bounds.
  private static void spread(byte[] rows, int from, int channels, byte[] line) {
    int width = line.length / 3;
    switch (channels) {
      case 1 -> {
        for (int x = 0; x < width; x++) {
          grey(rows[from + x], line, x);
        }
      }
      case 2 -> {
        for (int x = 0; x < width; x++) {
          grey(rows[from + 2 * x], line, x);
        }
      }
      default -> {
        for (int x = 0; x < width; x++) {
          line[3 * x] = rows[from + 4 * x];
          line[3 * x + 1] = rows[from + 4 * x + 1];
          line[3 * x + 2] = rows[from + 4 * x + 2];
        }
      }
    }
  }

  private static void grey(byte level, byte[] line, int x) {
    line[3 * x] = level;
    line[3 * x + 1] = level;
    line[3 * x + 2] = level;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
