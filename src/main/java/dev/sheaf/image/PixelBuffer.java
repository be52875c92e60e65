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
    if (memory.byteSize() < size.rgbBytes()) {
      try {
        memory = Arena.ofAuto().allocate(size.rgbBytes());
      } catch (OutOfMemoryError e) {
        throw new ImageException(
            "%s pixels: no memory for %d bytes; use fewer ranks and threads"
                .formatted(size, size.rgbBytes()),
            e);
      }
    }
    return memory.asSlice(0, size.rgbBytes());
  }
}
