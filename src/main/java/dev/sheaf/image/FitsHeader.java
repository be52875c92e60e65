package dev.sheaf.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import nom.tam.fits.Header;
import nom.tam.util.FitsInputStream;

/// What the header of a FITS file's first image says.
///
/// @param dataOffset where in the file the pixels begin
/// @param bitpix their type: 8, 16, 32 or 64 bits for integers, -32 or -64 for floats; big-endian
/// @param blank the stored integer that means NaN; `null` if there is none
record FitsHeader(
    ImageSize size, long dataOffset, int bitpix, double scale, double zero, Long blank) {
  private static final int BLOCK = 2880;
  private static final int CARD = 80;
  private static final byte[] START = "SIMPLE  =".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "END     ".getBytes(StandardCharsets.US_ASCII);

  private static final ValueLayout.OfShort INT16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong INT64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfDouble FLOAT64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /// Kept, so that its level is.
  private static final Logger LOGGER = Logger.getLogger("nom.tam");

  static {
    // What is wrong with a file is told as an exception.
    LOGGER.setLevel(Level.OFF);
  }

  static boolean isFits(MemorySegment file) {
    return hasAt(file, 0, START);
  }

  /// Reads headers until one has an image; nothing is allocated for what they announce.
  static FitsHeader parse(MemorySegment file) throws ImageException {
    for (long at = 0; at < file.byteSize(); ) {
      long end = headerEnd(file, at);
      Header header = header(file.asSlice(at, end - at));
      long data = at + padded(end - at);
      if (isImage(header, at == 0)) {
        return of(header, data);
      }
      long dataBytes = header.getDataSize();
      if (dataBytes < 0 || dataBytes > file.byteSize() - data) {
        throw ImageException.damaged("FITS", "the file ends before its image");
      }
      at = data + dataBytes;
    }
    throw new ImageException("a FITS file without an image");
  }

  private static boolean hasAt(MemorySegment file, long at, byte[] text) {
    return file.byteSize() - at >= text.length
        && file.asSlice(at, text.length).mismatch(MemorySegment.ofArray(text)) < 0;
  }

  /// Where the header's last card ends.
  private static long headerEnd(MemorySegment file, long at) throws ImageException {
    for (long card = at; card <= file.byteSize() - CARD; card += CARD) {
      if (hasAt(file, card, END)) {
        return card + CARD;
      }
    }
    throw ImageException.damaged("FITS", "the file ends in a header");
  }

  private static Header header(MemorySegment cards) throws ImageException {
    byte[] blocks = new byte[Math.toIntExact(padded(cards.byteSize()))];
    Arrays.fill(blocks, (byte) ' ');
    MemorySegment.ofArray(blocks).copyFrom(cards);
    try (FitsInputStream stream = new FitsInputStream(new ByteArrayInputStream(blocks))) {
      return new Header(stream);
    } catch (IOException | RuntimeException e) {
      throw ImageException.damaged("FITS", ImageIoSource.reason(e));
    }
  }

  private static boolean isImage(Header header, boolean primary) throws ImageException {
    if (header.getBooleanValue("ZIMAGE")) {
      throw new ImageException("a tile-compressed FITS image; funpack makes a plain one");
    }
    return (primary || header.getStringValue("XTENSION", "").strip().equals("IMAGE"))
        && axes(header).length > 0
        && Arrays.stream(axes(header)).allMatch(axis -> axis != 0);
  }

  private static long[] axes(Header header) {
    long[] axes = new long[Math.clamp(header.getIntValue("NAXIS"), 0, 999)];
    Arrays.setAll(axes, i -> header.getLongValue("NAXIS" + (i + 1)));
    return axes;
  }

  private static FitsHeader of(Header header, long data) throws ImageException {
    long[] axes = axes(header);
    int bitpix = header.getIntValue("BITPIX");
    if (!List.of(8, 16, 32, 64, -32, -64).contains(bitpix)) {
      throw ImageException.damaged("FITS", "BITPIX = " + bitpix);
    }
    String shape = Arrays.stream(axes).mapToObj(Long::toString).collect(Collectors.joining("x"));
    if (axes.length < 2 || Arrays.stream(axes).skip(2).anyMatch(axis -> axis != 1)) {
      throw new ImageException(
          "a FITS image of %d dimensions (%s); only those of 2 are supported"
              .formatted(axes.length, shape));
    }
    if (Math.min(axes[0], axes[1]) < 1 || Math.max(axes[0], axes[1]) > Integer.MAX_VALUE) {
      throw new ImageException("a FITS image of %s pixels".formatted(shape));
    }
    return new FitsHeader(
        new ImageSize((int) axes[0], (int) axes[1]),
        data,
        bitpix,
        header.getDoubleValue("BSCALE", 1),
        header.getDoubleValue("BZERO", 0),
        bitpix > 0 && header.containsKey("BLANK") ? header.getLongValue("BLANK") : null);
  }

  /// The pixels.
  MemorySegment data(MemorySegment file) throws ImageException {
    long bytes = size.pixels() * sampleBytes();
    long there = Math.max(0, file.byteSize() - dataOffset);
    if (there < bytes) {
      throw ImageException.damaged(
          "FITS", "%d bytes of pixels, %s pixels have %d".formatted(there, size, bytes));
    }
    return file.asSlice(dataOffset, bytes);
  }

  /// The bytes of a stored value.
  int sampleBytes() {
    return Math.abs(bitpix) / Byte.SIZE;
  }

  /// Reads physical values, as many as `values` has room for.
  void read(MemorySegment data, long at, double[] values) {
    switch (bitpix) {
      case 8 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = data.get(ValueLayout.JAVA_BYTE, at + i) & 0xff;
        }
      }
      case 16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = data.get(INT16, at + 2L * i);
        }
      }
      case 32 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = data.get(INT32, at + 4L * i);
        }
      }
      case 64 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = data.get(INT64, at + 8L * i);
        }
      }
      case -32 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = data.get(FLOAT32, at + 4L * i);
        }
      }
      default -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = data.get(FLOAT64, at + 8L * i);
        }
      }
    }
    if (blank != null) {
      for (int i = 0; i < values.length; i++) {
        // Of 64-bit integers a double may be that of several.
        boolean none = bitpix == 64 ? data.get(INT64, at + 8L * i) == blank : values[i] == blank;
        values[i] = none ? Double.NaN : values[i];
      }
    }
    if (bitpix == 8 || bitpix == 16 || bitpix == -32) {
      scaleAsFloats(values);
    } else {
      scale(values);
    }
  }

  private void scale(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = scale == 1 ? values[i] : values[i] * scale;
      values[i] = zero == 0 ? values[i] : values[i] + zero;
    }
  }

  private void scaleAsFloats(double[] values) {
    for (int i = 0; i < values.length; i++) {
      float value = (float) values[i];
      value = scale == 1 ? value : value * (float) scale;
      values[i] = zero == 0 ? value : value + (float) zero;
    }
  }

  private static long padded(long bytes) {
    return (bytes + BLOCK - 1) / BLOCK * BLOCK;
  }
}
