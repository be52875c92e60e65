package dev.sheaf.image;

/// Size and format of an image in memory.
///
/// @param size in pixels
/// @param format of its pixels
public record ImageLayout(ImageSize size, PixelFormat format) {
  /// The bytes of the image.
  public long bytes() {
    return size.pixels() * format.bytes();
  }
}
