package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Reads image files into slots that all have the same size, as the elements of an array have. One
/// a thread.
public final class SizedLoader implements AutoCloseable {
  private final ImageLoader loader;
  private final ImageSize slot;
  private final boolean resize;
  private final PixelBuffer original = new PixelBuffer();
  private Resampler resampler;
  private ImageSize resizes;

  /// A loader for slots of this size.
  ///
  /// @param resize give images of another size that of the slot (see [Resampler]), instead of
  ///   refusing them
  /// @param maxPixels larger images are refused
  public SizedLoader(ImageSize slot, boolean resize, long maxPixels) {
    this.loader = new ImageLoader(maxPixels);
    this.slot = slot;
    this.resize = resize;
  }

  /// Reads and decodes a file.
  ///
  /// @param rgb off-heap memory for (height, width, 3); what it holds after an error is undefined
  public void load(Path file, MemorySegment rgb) throws ImageException {
    ImageSize size = loader.open(file);
    if (size.equals(slot)) {
      loader.decode(rgb);
      return;
    }
    if (!resize) {
      throw new ImageException(
          "%s pixels, the first image has %s; --resize makes all equal".formatted(size, slot));
    }
    if (!size.equals(resizes)) {
      resampler = new Resampler(size, slot, PixelFormat.RGB8.channels());
      resizes = size;
    }
    MemorySegment whole = original.of(size);
    loader.decode(whole);
    resampler.resize(whole, rgb);
  }

  @Override
  public void close() {
    loader.close();
  }
}
