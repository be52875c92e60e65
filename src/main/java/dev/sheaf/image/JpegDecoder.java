package dev.sheaf.image;

import java.lang.foreign.MemorySegment;

/// What the JPEG decoders have in common: the header, and that they give 8-bit RGB, which is
/// converted to other formats.
abstract class JpegDecoder implements PixelDecoder {
  private final PixelBuffer decoded = new PixelBuffer();
  private JpegHeader header;

  @Override
  public final ImageSize size(MemorySegment file) throws ImageException {
    header = JpegHeader.parse(file);
    return header.size();
  }

  @Override
  public final Orientation orientation(MemorySegment file) {
    return header.exif() == null ? Orientation.UPRIGHT : Exif.ofMarker(header.exif());
  }

  /// The colour space of the stored samples of the file whose size was asked for last.
  final JpegHeader.Colour colour() {
    return header.colour();
  }

  @Override
  public final void decode(
      MemorySegment file, ImageSize size, PixelFormat format, MemorySegment pixels)
      throws ImageException {
    if (format.equals(PixelFormat.RGB8)) {
      decode(file, size, pixels);
    } else {
      MemorySegment rgb = decoded.of(size);
      decode(file, size, rgb);
      RgbRows.of(rgb).widened(size).convertTo(format, 8, size, pixels);
    }
  }

  /// Decodes into 8-bit RGB.
  abstract void decode(MemorySegment file, ImageSize size, MemorySegment rgb) throws ImageException;
}
