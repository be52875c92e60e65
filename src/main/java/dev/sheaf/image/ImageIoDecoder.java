package dev.sheaf.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
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
    if (GifCanvas.isGif(file)) {
      return GifCanvas.parse(file).size();
    }
    return source(file)
        .with(file, reader -> new ImageSize(reader.getWidth(0), reader.getHeight(0)));
  }

  @Override
  public Orientation orientation(MemorySegment file) {
    return Exif.ofFile(file);
  }

  @Override
  public void decode(MemorySegment file, ImageSize size, PixelFormat format, MemorySegment pixels)
      throws ImageException {
    BufferedImage image = read(file, size);
    Raster raster = image.getRaster();
    RgbRows rows = RgbRows.of(raster, image.getColorModel());
    if (GifCanvas.isGif(file)) {
      rows = GifCanvas.parse(file).around(rows);
    }
    if (format.equals(PixelFormat.RGB8)) {
      rows.copyTo(pixels, size);
    } else if (format.type() != SampleType.UINT8 && ImageRows.isDeep(raster)) {
      ImageRows.deep(raster).convertTo(format, 16, size, pixels);
    } else {
      rows.widened(size).convertTo(format, 8, size, pixels);
    }
  }

  private BufferedImage read(MemorySegment file, ImageSize size) throws ImageException {
    return source(file)
        .with(
            file,
            reader -> {
              ImageIoSource.checkHeap(size, bitsPerPixel(reader.getImageTypes(0).next()));
              return reader.read(0);
            });
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
    throw new ImageException(
        "not an image of a known kind (JPEG, PNG, GIF, BMP, WBMP, TIFF, FITS)");
  }
}
