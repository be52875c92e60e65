package dev.sheaf.image;

/// Picks the JPEG decoder: libjpeg-turbo where the process finds it.
final class JpegDecoders {
  private static final TurboJpeg TURBO = TurboJpeg.open();

  private JpegDecoders() {}

  static boolean hasTurbo() {
    return TURBO != null;
  }

  static TurboTransformer makeTransformer() {
    return new TurboTransformer(TURBO);
  }

  static PixelDecoder make() {
    return TURBO == null ? new ImageIoJpegDecoder() : new TurboDecoder(TURBO);
  }
}
