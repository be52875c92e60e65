package dev.sheaf.image;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Off-heap memory for the pixels of one image after the other, as large as the largest. One a
/// thread.
public final class PixelBuffer {
  private MemorySegment memory = MemorySegment.NULL;

  /// Memory for an image of 8-bit RGB; what an earlier call gave is no longer valid.
  ///
  /// @throws ImageException if there is not enough
  public MemorySegment of(ImageSize size) throws ImageException {
    return of(size, size.rgbBytes());
  }

  /// Memory for an image of any format; what an earlier call gave is no longer valid.
  ///
  /// @throws ImageException if there is not enough
  public MemorySegment of(ImageLayout layout) throws ImageException {
    return of(layout.size(), layout.bytes());
  }

  /// Memory for so many bytes of an image of this size.
  MemorySegment of(ImageSize size, long bytes) throws ImageException {
    if (memory.byteSize() < bytes) {
      try {
        memory = Arena.ofAuto().allocate(bytes);
      } catch (OutOfMemoryError e) {
        throw new ImageException(
            "%s pixels: no memory for %d bytes; use fewer ranks and threads".formatted(size, bytes),
            e);
      }
    }
    return memory.asSlice(0, bytes);
  }
}
