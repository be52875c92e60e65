package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A way to turn or mirror an image. Angles are counter-clockwise, as in Pillow's `rotate`; nothing
/// is cut off.
public enum Turn {
  /// As it is.
  NONE("0", false),
  /// Upside down.
  HALF("180", false),
  /// By 90 degrees to the left.
  LEFT("90", true),
  /// By 90 degrees to the right.
  RIGHT("270", true),
  /// Left and right exchanged.
  HORIZONTAL("horizontal", false),
  /// Top and bottom exchanged.
  VERTICAL("vertical", false);

  private final String label;
  private final boolean lying;

  Turn(String label, boolean lying) {
    this.label = label;
    this.lying = lying;
  }

  /// The turn of that name: `180`, `90`, `270`, `horizontal` or `vertical`.
  ///
  /// @return `null` if there is none
  public static Turn named(String name) {
    for (Turn turn : values()) {
      if (turn != NONE && turn.label.equals(name)) {
        return turn;
      }
    }
    return null;
  }

  /// The name on the command line.
  public String label() {
    return label;
  }

  /// The size of the turned image.
  ImageSize of(ImageSize size) {
    return lying ? new ImageSize(/* width= */ size.height(), /* height= */ size.width()) : size;
  }

  /// The rows of the turned image.
  ///
  /// @param size of the image as it is
  /// @param rgb its pixels, (height, width, 3) row-major
  RgbRows of(ImageSize size, MemorySegment rgb) {
    long width = size.width();
    long last = size.pixels() - 1;
    // Pixel (x, y) of the turned image is number first + x * right + y * down of the other's.
    return switch (this) {
      case NONE -> rows(rgb, 0, 1, width);
      case HALF -> rows(rgb, last, -1, -width);
      case LEFT -> rows(rgb, width - 1, width, -1);
      case RIGHT -> rows(rgb, last - width + 1, -width, 1);
      case HORIZONTAL -> rows(rgb, width - 1, -1, width);
      case VERTICAL -> rows(rgb, last - width + 1, 1, -width);
    };
  }

  private static RgbRows rows(MemorySegment rgb, long first, long right, long down) {
    return (y, row) -> {
      long from = 3 * (first + y * down);
      for (int to = 0; to < row.length; to += 3, from += 3 * right) {
        row[to] = rgb.get(ValueLayout.JAVA_BYTE, from);
        row[to + 1] = rgb.get(ValueLayout.JAVA_BYTE, from + 1);
        row[to + 2] = rgb.get(ValueLayout.JAVA_BYTE, from + 2);
      }
    };
  }

  /// The matrix of a PDF page that shows the image turned, filling the page: `a b c d e f`.
  ///
  /// @param width of the page, in its units
  /// @param height of the page
  String matrix(String width, String height) {
    String pattern =
        switch (this) {
          case NONE -> "W 0 0 H 0 0";
          case HALF -> "-W 0 0 -H W H";
          case LEFT -> "0 H -W 0 W 0";
          case RIGHT -> "0 -H W 0 0 H";
          case HORIZONTAL -> "-W 0 0 H W 0";
          case VERTICAL -> "W 0 0 -H 0 H";
        };
    return pattern.replace("W", width).replace("H", height);
  }
}
