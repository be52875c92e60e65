package dev.sheaf.image;

/// A rectangle of an image.
///
/// @param size of the rectangle
/// @param x columns left of it
/// @param y rows above it
public record Crop(ImageSize size, int x, int y) {
  /// A rectangle; its place is not negative.
  public Crop {
    if (x < 0 || y < 0) {
      throw new IllegalArgumentException("not a place in an image: " + x + ", " + y);
    }
  }

  /// Whether all of it lies in an image.
  boolean isIn(ImageSize image) {
    return x <= image.width() - size.width() && y <= image.height() - size.height();
  }

  /// `WIDTHxHEIGHT+X+Y`, as ImageMagick's geometry has it.
  @Override
  public String toString() {
    return size + "+" + x + "+" + y;
  }
}
