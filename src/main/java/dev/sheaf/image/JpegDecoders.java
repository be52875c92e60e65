package dev.sheaf.image;

import java.util.function.Supplier;

/// Picks the JPEG decoder once for the whole process.
final class JpegDecoders {
  private static final Supplier<PixelDecoder> FASTEST = fastest();

  private JpegDecoders() {}

  static PixelDecoder make() {
    return FASTEST.get();
  }

  private static Supplier<PixelDecoder> fastest() {
    try {
      new TurboDecoder().close();
      return TurboDecoder::new;
    } catch (LinkageError | RuntimeException e) {
      return ImageIoJpegDecoder::new;
    }
  }
}
