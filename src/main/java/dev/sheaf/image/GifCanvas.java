package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Where on its canvas the first frame of a GIF lies. The canvas is the logical screen, larger
/// where the frame reaches beyond; around the frame it has the transparent colour, or the first of
/// the palette, as Pillow shows it.
///
/// @param frame the part that the frame covers
/// @param colour of the rest: red, green, blue
record GifCanvas(ImageSize size, Crop frame, byte[] colour) {
  private static final int SCREEN = 6;
  private static final int FLAGS = 10;
  private static final int HEADER = 13;
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int DESCRIPTOR = 0x2c;
  private static final int DESCRIPTOR_BYTES = 10;

  static boolean isGif(MemorySegment file) {
    return file.byteSize() >= 4
        && file.asSlice(0, 4).mismatch(MemorySegment.ofArray(new byte[] {'G', 'I', 'F', '8'})) < 0;
  }

  /// Reads what lies before the first frame's pixels.
  static GifCanvas parse(MemorySegment file) throws ImageException {
    try {
      return parse(file.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw ImageException.damaged("GIF", "no frame");
    }
  }

  private static GifCanvas parse(ByteBuffer file) throws ImageException {
    int palette = HEADER;
    int at = HEADER + paletteBytes(file, FLAGS);
    int outside = 0;
    while ((file.get(at) & 0xff) == EXTENSION) {
      if ((file.get(at + 1) & 0xff) == GRAPHIC_CONTROL && (file.get(at + 3) & 1) != 0) {
        outside = file.get(at + 6) & 0xff;
      }
      at += 2;
      while (file.get(at) != 0) {
        at += 1 + (file.get(at) & 0xff);
      }
      at++;
    }
    if (file.get(at) != DESCRIPTOR) {
      throw ImageException.damaged("GIF", "no frame");
    }
    Crop frame =
        new Crop(
            new ImageSize(unsigned16(file, at + 5), unsigned16(file, at + 7)),
            unsigned16(file, at + 1),
            unsigned16(file, at + 3));
    int bytes = paletteBytes(file, at + DESCRIPTOR_BYTES - 1);
    if (bytes > 0) {
      palette = at + DESCRIPTOR_BYTES;
    } else {
      bytes = paletteBytes(file, FLAGS);
    }
    byte[] colour = new byte[3];
    if (3 * outside < bytes) {
      file.get(palette + 3 * outside, colour);
    }
    ImageSize size =
        new ImageSize(
            Math.max(unsigned16(file, SCREEN), frame.x() + frame.size().width()),
            Math.max(unsigned16(file, SCREEN + 2), frame.y() + frame.size().height()));
    return new GifCanvas(size, frame, colour);
  }

  private static int unsigned16(ByteBuffer file, int at) {
    return Short.toUnsignedInt(file.getShort(at));
  }

  private static int paletteBytes(ByteBuffer file, int flags) {
    int value = file.get(flags) & 0xff;
    return (value & 0x80) == 0 ? 0 : 3 * (2 << (value & 7));
  }

  /// The rows of the canvas.
  ///
  /// @param rows of the frame
  RgbRows around(RgbRows rows) {
    if (frame.size().equals(size)) {
      return rows;
    }
    byte[] part = new byte[3 * frame.size().width()];
    return (y, rgb) -> {
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = colour[i % 3];
      }
      if (y >= frame.y() && y < frame.y() + frame.size().height()) {
        rows.read(y - frame.y(), part);
        System.arraycopy(part, 0, rgb, 3 * frame.x(), part.length);
      }
    };
  }
}
