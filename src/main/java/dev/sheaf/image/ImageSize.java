package dev.sheaf.image;

/// The size of an image in pixels, or a size asked for.
///
/// @param width columns, 1 or more
/// @param height rows, 1 or more
public record ImageSize(int width, int height) {
  /// A size; width and height are 1 or more.
  public ImageSize {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("not a size of an image: " + width + "x" + height);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImageSize size && width == size.width && height == size.height;
  }

  @Override
  public int hashCode() {
    return 31 * width + height;
  }

  /// The number of pixels.
  public long pixels() {
    return (long) width * height;
  }

  /// The bytes of the image as 8-bit RGB.
  public long rgbBytes() {
    return 3 * pixels();
  }

  /// `WIDTHxHEIGHT`.
  @Override
  public String toString() {
    return width + "x" + height;
  }
}
