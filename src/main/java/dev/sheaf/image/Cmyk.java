package dev.sheaf.image;

/// Stored samples of four-component JPEGs as RGB: Adobe's convention, taken for all of them, is
/// that 255 means no ink. Same integer arithmetic as Pillow's `convert("RGB")` (`cmyk2rgb` in
/// Convert.c).
final class Cmyk {
  /// Bytes a pixel.
  static final int CHANNELS = 4;

  private Cmyk() {}

  /// Converts pixels.
  ///
  /// @param cmyk 4 bytes a pixel, as stored
  /// @param rgb 3 bytes a pixel
  static void toRgb(byte[] cmyk, byte[] rgb) {
    for (int from = 0, to = 0; to < rgb.length; from += CHANNELS, to += 3) {
      int black = cmyk[from + 3] & 0xff;
      for (int i = 0; i < 3; i++) {
        int ink = (255 - (cmyk[from + i] & 0xff)) * black + 128;
        rgb[to + i] = (byte) (black - (((ink >> 8) + ink) >> 8));
      }
    }
  }
}
