package dev.sheaf.image;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// Reads image files into 8-bit RGB: JPEG, PNG, GIF, BMP, WBMP, TIFF.
///
/// **Use.** [#open] reads a file and tells its size, [#decode] decodes it. Buffers and native
/// decoders are kept from one image to the next: make one loader a thread and close it at the end;
/// only one thread at a time may use it.
///
/// **JPEG** is decoded by libjpeg-turbo where `libturbojpeg.so.0` is installed, else by the JDK's
/// own decoder, with the same pixels (see [#jpegDecoder]) in a quarter of the speed: 424x424 pixels
/// take 1.0 to 1.2 ms. CMYK and 12-bit JPEGs are refused.
///
/// **Pixels** are those that `djpeg` and Pillow's `convert("RGB")` give: grey is repeated, alpha is
/// dropped, palettes are looked up, of 16-bit samples the high byte is taken. Colour profiles and
/// the EXIF orientation are not applied. Of a file with several images the first is read.
///
/// **Errors.** What is wrong with a file is an [ImageException], the first damage that the decoder
/// notices included: no half-decoded picture is ever passed on.
public final class ImageLoader implements AutoCloseable {
  /// The largest image in pixels that is decoded if nothing else is asked for: 16384x16384.
  public static final long DEFAULT_MAX_PIXELS = 1L << 28;

  private static final long FIRST_BUFFER = 1 << 18;

  private final long maxPixels;
  private final PixelDecoder jpeg;
  private PixelDecoder others;
  private PixelDecoder current;
  private ImageSize size;
  private MemorySegment buffer = MemorySegment.NULL;
  private MemorySegment file;

  /// A loader with the fastest JPEG decoder that this machine has.
  ///
  /// @param maxPixels images larger than this are refused before their pixels are allocated
  public ImageLoader(long maxPixels) {
    this(maxPixels, JpegDecoders.make());
  }

  ImageLoader(long maxPixels, PixelDecoder jpeg) {
    this.maxPixels = maxPixels;
    this.jpeg = jpeg;
  }

  /// The name of the JPEG decoder in use: `libjpeg-turbo (libturbojpeg.so.0)` or `ImageIO`.
  public String jpegDecoder() {
    return jpeg.name();
  }

  /// Reads a file whole and tells the size of its image; no pixel is decoded.
  public ImageSize open(Path path) throws ImageException {
    size = null;
    return open(read(path));
  }

  /// Takes the bytes of an image file and tells the size of its image; no pixel is decoded.
  ///
  /// @param bytes off-heap, not to be changed until it is decoded
  public ImageSize open(MemorySegment bytes) throws ImageException {
    size = null;
    file = bytes;
    if (JpegHeader.isJpeg(file)) {
      current = jpeg;
    } else {
      if (others == null) {
        others = new ImageIoDecoder();
      }
      current = others;
    }
    ImageSize found = current.size(file);
    check(found);
    size = found;
    return found;
  }

  /// Refuses an image of more pixels than are allowed.
  void check(ImageSize found) throws ImageException {
    if (found.pixels() > maxPixels) {
      throw new ImageException(
          "%s pixels are more than the limit of %d pixels".formatted(found, maxPixels));
    }
  }

  /// Decodes the opened file.
  ///
  /// @param rgb off-heap memory for `size.rgbBytes()` bytes: (height, width, 3), row-major; what it
  ///   holds after an error is undefined
  public void decode(MemorySegment rgb) throws ImageException {
    if (size == null || !rgb.isNative() || rgb.byteSize() < size.rgbBytes()) {
      throw new IllegalArgumentException("no image open, or not enough off-heap memory for it");
    }
    current.decode(file, size, rgb);
  }

  @Override
  public void close() {
    jpeg.close();
  }

  /// Reads a file whole.
  ///
  /// @return its bytes, off-heap, until the next file is read
  MemorySegment read(Path path) throws ImageException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw new ImageException(attributes.isDirectory() ? "a directory" : "not a regular file");
      }
      long length = attributes.size();
      if (length == 0) {
        throw new ImageException("empty file");
      }
      if (length > Integer.MAX_VALUE) {
        throw new ImageException("a file of " + length + " bytes; the most is 2 GiB");
      }
      if (length > buffer.byteSize()) {
        buffer = Arena.ofAuto().allocate(Math.max(FIRST_BUFFER, length + length / 4));
      }
      MemorySegment bytes = buffer.asSlice(0, length);
      try (FileChannel channel = FileChannel.open(path)) {
        ByteBuffer target = bytes.asByteBuffer();
        while (target.hasRemaining()) {
          if (channel.read(target) < 0) {
            throw new ImageException("the file became shorter while it was read");
          }
        }
      }
      return bytes;
    } catch (ImageException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new ImageException("no such file", e);
    } catch (AccessDeniedException e) {
      throw new ImageException("permission denied", e);
    } catch (IOException e) {
      throw new ImageException("cannot be read: " + e.getMessage(), e);
    }
  }
}
