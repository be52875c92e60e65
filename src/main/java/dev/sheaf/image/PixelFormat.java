package dev.sheaf.image;

/// How the pixels of an image lie in memory: (height, width, 3) for RGB, (height, width) for grey,
/// row-major.
///
/// @param type of the samples
/// @param channels 3 for RGB, 1 for grey
public record PixelFormat(SampleType type, int channels) {
  /// 8-bit RGB, what all decoders give if nothing else is asked for but that of FITS.
  public static final PixelFormat RGB8 = new PixelFormat(SampleType.UINT8, 3);

  /// A format of one or three channels.
  public PixelFormat {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(channels + " channels");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PixelFormat format
        && type == format.type
        && channels == format.channels;
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + channels;
  }

  /// The bytes of one pixel.
  public int bytes() {
    return channels * type.bytes();
  }

  /// `uint8 RGB`, `float32 grey`.
  @Override
  public String toString() {
    return type.label() + (channels == 1 ? " grey" : " RGB");
  }
}
