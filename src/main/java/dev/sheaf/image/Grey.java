package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Colour images as grey ones.
public final class Grey {
  private Grey() {}

  /// The luma of RGB pixels (ITU-R BT.601), in whole numbers, as Pillow's `convert("L")` has it;
  /// grey pixels stay as they are.
  ///
  /// @param rgb 3 bytes a pixel
  /// @param luma room for a double a pixel
  public static void luma(MemorySegment rgb, MemorySegment luma) {
    long pixels = rgb.byteSize() / 3;
    for (long i = 0; i < pixels; i++) {
      int red = rgb.get(ValueLayout.JAVA_BYTE, 3 * i) & 0xff;
      int green = rgb.get(ValueLayout.JAVA_BYTE, 3 * i + 1) & 0xff;
      int blue = rgb.get(ValueLayout.JAVA_BYTE, 3 * i + 2) & 0xff;
      int value = (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
      luma.setAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i, value);
    }
  }
}
