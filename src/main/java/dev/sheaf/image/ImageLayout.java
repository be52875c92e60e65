package dev.sheaf.image;

/// Size and format of an image in memory.
///
/// @param size in pixels
/// @param format of its pixels
public record ImageLayout(ImageSize size, PixelFormat format) {
  /// By hand, as are those of its parts: one is asked several times an image, and what a record
  /// brings takes 10 µs until it is compiled.
  @Override
  public boolean equals(Object other) {
    return other instanceof ImageLayout layout
        && size.equals(layout.size)
        && format.equals(layout.format);
  }

  @Override
  public int hashCode() {
    return 31 * size.hashCode() + format.hashCode();
  }

  /// The bytes of the image.
  public long bytes() {
    return size.pixels() * format.bytes();
  }
}
