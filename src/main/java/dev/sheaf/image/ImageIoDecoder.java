package dev.sheaf.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/// PNG, GIF, BMP, WBMP, TIFF, and what plug-ins on the class path add, by ImageIO. The kind is told
/// by the file's first bytes, not by its name.
final class ImageIoDecoder implements PixelDecoder {
  private record Format(ImageReaderSpi provider, ImageIoSource source) {}

  private final List<Format> formats = new ArrayList<>();

  ImageIoDecoder() {
    try {
      var providers =
          IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
      while (providers.hasNext()) {
        ImageReaderSpi provider = providers.next();
        formats.add(new Format(provider, new ImageIoSource(provider)));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String name() {
    return "ImageIO";
  }

  @Override
  public ImageSize size(MemorySegment file) throws ImageException {
    return source(file)
        .with(file, reader -> new ImageSize(reader.getWidth(0), reader.getHeight(0)));
  }

  @Override
  public void decode(MemorySegment file, ImageSize size, MemorySegment rgb) throws ImageException {
    BufferedImage image =
        source(file)
            .with(
                file,
                reader -> {
                  ImageIoSource.checkHeap(size, bitsPerPixel(reader.getImageTypes(0).next()));
                  return reader.read(0);
                });
    RgbRows.of(image.getRaster(), image.getColorModel()).copyTo(rgb, size);
  }

  private static int bitsPerPixel(ImageTypeSpecifier type) {
    return IntStream.range(0, type.getNumBands()).map(type::getBitsPerBand).sum();
  }

  private ImageIoSource source(MemorySegment file) throws ImageException {
    try {
      SegmentInputStream stream = new SegmentInputStream(file);
      for (Format format : formats) {
        if (format.provider.canDecodeInput(stream)) {
          return format.source;
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    throw new ImageException("not an image of a known kind (JPEG, PNG, GIF, BMP, WBMP, TIFF)");
  }
}
