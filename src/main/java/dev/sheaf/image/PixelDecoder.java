package dev.sheaf.image;

import java.lang.foreign.MemorySegment;

/// Decodes the bytes of one image file. Used by one thread at a time.
interface PixelDecoder extends AutoCloseable {
  /// The name for diagnostics.
  String name();

  /// The size that the header states; no pixel is decoded or allocated.
  ///
  /// @param file the whole file, off-heap
  ImageSize size(MemorySegment file) throws ImageException;

  /// Decodes into 8-bit RGB, (height, width, 3) row-major.
  ///
  /// @param file the whole file, off-heap
  /// @param size what [#size] returned for it
  /// @param rgb off-heap, at least `size.rgbBytes()` long
  void decode(MemorySegment file, ImageSize size, MemorySegment rgb) throws ImageException;

  @Override
  default void close() {}
}
