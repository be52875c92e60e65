package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Reads image files and does what a [Preprocessing] asks for. Keeps decoders and buffers from one
/// image to the next: one a thread, to be closed.
///
/// **Cost.** An image of which nothing is asked is decoded straight into its place. Else it is
/// decoded whole, and one further pass is made for turning and cropping, and one for resizing (see
/// [Resampler]).
public final class Preprocessor implements AutoCloseable {
  private final Preprocessing work;
  private final ImageLoader loader;
  private final PixelBuffer whole = new PixelBuffer();
  private final PixelBuffer cropped = new PixelBuffer();
  private ImageLayout stored;
  private Orientation orientation;
  private Crop rectangle;
  private ImageLayout result;
  private Scaler scaler;
  private ImageLayout scales;

  /// @param maxPixels files with larger images are refused
  public Preprocessor(Preprocessing work, long maxPixels) {
    this.work = work;
    loader = new ImageLoader(maxPixels);
  }

  /// See [ImageLoader#jpegDecoder].
  public String jpegDecoder() {
    return loader.jpegDecoder();
  }

  /// Reads a file and tells what its image will be; no pixel is decoded.
  public ImageLayout open(Path path) throws ImageException {
    ImageSize size = loader.open(path);
    PixelFormat format = work.format(loader.format());
    stored = new ImageLayout(size, format);
    orientation = work.upright() ? loader.orientation() : Orientation.UPRIGHT;
    rectangle = work.rectangle(size, orientation);
    ImageSize last = work.resize() == null ? rectangle.size() : work.resize();
    result = new ImageLayout(last, format);
    return result;
  }

  /// Decodes the opened file.
  ///
  /// @param pixels off-heap memory for what [#open] told; what it holds after an error is undefined
  public void read(MemorySegment pixels) throws ImageException {
    ImageLayout part = new ImageLayout(rectangle.size(), stored.format());
    boolean resized = !part.equals(result);
    boolean copied = orientation != Orientation.UPRIGHT || !part.equals(stored);
    MemorySegment image = copied || resized ? whole.of(stored) : pixels;
    loader.decode(image, stored.format());
    if (copied) {
      MemorySegment copy = resized ? cropped.of(part) : pixels;
      orientation.copy(image, stored.size(), rectangle, stored.format().bytes(), copy);
      image = copy;
    }
    if (resized) {
      scaler(part).resize(image, pixels);
    }
  }

  /// Keeps the scaler for images of the same size.
  private Scaler scaler(ImageLayout from) {
    if (!from.equals(scales)) {
      scaler = Scaler.of(from.size(), result.size(), from.format());
      scales = from;
    }
    return scaler;
  }

  @Override
  public void close() {
    loader.close();
  }
}
