package dev.sheaf.image;

import java.lang.foreign.MemorySegment;

/// Scales images of one size to another. Not for use by two threads at once.
interface Scaler {
  /// A scaler of whole images.
  static Scaler of(ImageSize from, ImageSize to, PixelFormat format) {
    return format.type() == SampleType.UINT8
        ? new Resampler(from, to, format.channels())
        : new WideResampler(from, to, format);
  }

  /// Scales one image.
  ///
  /// @param source (height, width, channels) of the old size
  /// @param target of the new size
  void resize(MemorySegment source, MemorySegment target);
}
