package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The orientation in EXIF data, a TIFF structure (CIPA DC-008, 4.5): in a JPEG's marker APP1, in a
/// PNG's chunk `eXIf`, or the TIFF file itself. Where there is none or it is damaged, the image is
/// upright.
final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;
  private static final long PNG_SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int PNG_EXIF = 0x65584966;

  private Exif() {}

  /// The orientation that a file, not JPEG, states.
  static Orientation ofFile(MemorySegment file) {
    ByteBuffer bytes = file.asByteBuffer();
    boolean png = bytes.remaining() >= 8 && bytes.getLong(0) == PNG_SIGNATURE;
    try {
      return png ? ofPng(bytes) : ofTiff(bytes);
    } catch (IndexOutOfBoundsException _) {
      return Orientation.UPRIGHT;
    }
  }

  /// The orientation that the data of a JPEG's marker states, behind `Exif` and two zeros.
  static Orientation ofMarker(MemorySegment data) {
    try {
      return ofTiff(data.asByteBuffer());
    } catch (IndexOutOfBoundsException _) {
      return Orientation.UPRIGHT;
    }
  }

  /// Looks through the chunks before the pixels, and behind them.
  private static Orientation ofPng(ByteBuffer bytes) {
    int at = 8;
    while (true) {
      int length = bytes.getInt(at);
      if (length < 0) {
        throw new IndexOutOfBoundsException(length);
      }
      if (bytes.getInt(at + 4) == PNG_EXIF) {
        return ofTiff(bytes.slice(at + 8, length));
      }
      at += length + 12;
    }
  }

  private static Orientation ofTiff(ByteBuffer bytes) {
    short order = bytes.getShort(0);
    if (order != 0x4949 && order != 0x4d4d) {
      return Orientation.UPRIGHT;
    }
    bytes.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = bytes.getInt(4);
    int entries = Short.toUnsignedInt(bytes.getShort(directory));
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * ENTRY_BYTES;
      if (Short.toUnsignedInt(bytes.getShort(entry)) == ORIENTATION
          && bytes.getShort(entry + 2) == SHORT) {
        return Orientation.ofTag(Short.toUnsignedInt(bytes.getShort(entry + 8)));
      }
    }
    return Orientation.UPRIGHT;
  }
}
