package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// How a camera was held: what has to be done with stored pixels to see the picture upright, in the
/// order of the values 1 to 8 of EXIF's tag `Orientation` (CIPA DC-008, 4.6.4).
public enum Orientation {
  /// Nothing.
  UPRIGHT(false, false, false),
  /// Left and right change places.
  MIRRORED(false, true, false),
  /// Turned by 180 degrees.
  TURNED_180(false, true, true),
  /// Top and bottom change places.
  FLIPPED(false, false, true),
  /// Rows become columns.
  TRANSPOSED(true, false, false),
  /// Turned clockwise by 90 degrees.
  TURNED_90(true, false, true),
  /// Turned by 180 degrees, then rows become columns.
  TRANSVERSED(true, true, true),
  /// Turned clockwise by 270 degrees.
  TURNED_270(true, true, false);

  private final boolean swapped;
  private final boolean fromRight;
  private final boolean fromBottom;

  /// @param swapped whether the rows of the result are columns of the stored image
  /// @param fromRight whether the stored image is read from its right to its left
  /// @param fromBottom whether it is read from its bottom to its top
  Orientation(boolean swapped, boolean fromRight, boolean fromBottom) {
    this.swapped = swapped;
    this.fromRight = fromRight;
    this.fromBottom = fromBottom;
  }

  /// The orientation of a value of EXIF's tag; `UPRIGHT` if it is none of 1 to 8.
  static Orientation ofTag(int value) {
    return value >= 1 && value <= 8 ? values()[value - 1] : UPRIGHT;
  }

  /// The size of an image of this stored size when it is upright.
  ImageSize of(ImageSize stored) {
    return swapped
        ? new ImageSize(/* width= */ stored.height(), /* height= */ stored.width())
        : stored;
  }

  /// Copies a rectangle of the upright image.
  ///
  /// @param stored the pixels as they are stored
  /// @param rectangle in the upright image
  /// @param bytes of a pixel
  /// @param target room for the rectangle
  void copy(MemorySegment stored, ImageSize size, Crop rectangle, int bytes, MemorySegment target) {
    long down = fromBottom ? -size.width() : size.width();
    long right = fromRight ? -1 : 1;
    long alongRow = bytes * (swapped ? down : right);
    long alongColumn = bytes * (swapped ? right : down);
    long corner = (fromRight ? size.width() - 1 : 0);
    corner += fromBottom ? (size.height() - 1L) * size.width() : 0;
    long first = bytes * corner + rectangle.x() * alongRow + rectangle.y() * alongColumn;
    int width = rectangle.size().width();
    for (int y = 0; y < rectangle.size().height(); y++) {
      long from = first + y * alongColumn;
      long to = (long) y * width * bytes;
      if (alongRow == bytes) {
        MemorySegment.copy(stored, from, target, to, (long) width * bytes);
      } else {
        for (int x = 0; x < width; x++, from += alongRow, to += bytes) {
          for (int i = 0; i < bytes; i++) {
            target.set(ValueLayout.JAVA_BYTE, to + i, stored.get(ValueLayout.JAVA_BYTE, from + i));
          }
        }
      }
    }
  }
}
