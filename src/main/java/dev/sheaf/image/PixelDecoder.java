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

  /// The format of these images if none is asked for.
  default PixelFormat format() {
    return PixelFormat.RGB8;
  }

  /// The orientation that EXIF data in the file state.
  ///
  /// @param file the one whose size was asked for last
  default Orientation orientation(MemorySegment file) {
    return Orientation.UPRIGHT;
  }

  /// Decodes into a format, row-major.
  ///
  /// @param file the whole file, off-heap
  /// @param size what [#size] returned for it, the last that was asked
  /// @param pixels off-heap, with room for them
  void decode(MemorySegment file, ImageSize size, PixelFormat format, MemorySegment pixels)
      throws ImageException;

  @Override
  default void close() {}
}
