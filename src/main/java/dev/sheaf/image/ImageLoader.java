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

/// Reads image files: JPEG, PNG, GIF, BMP, WBMP, TIFF, FITS, and any of them gzipped.
///
/// **Use.** [#open] reads a file and tells its size, [#decode] decodes it. Buffers and native
/// decoders are kept from one image to the next: make one loader a thread and close it at the end;
/// only one thread at a time may use it.
///
/// **JPEG** is decoded by libjpeg-turbo where `libturbojpeg.so.0` is installed, else by the JDK's
/// own decoder, with the same pixels (see [#jpegDecoder]) in a quarter of the speed: 424x424 pixels
/// take 1.0 to 1.2 ms. 12-bit JPEGs are refused.
///
/// **Pixels** are those that `djpeg` and Pillow's `convert("RGB")` give: grey is repeated, alpha is
/// dropped, palettes are looked up, CMYK is taken for Adobe's, inverted. Colour profiles are not
/// applied, and the EXIF orientation only by who asks for it. Of a file with several images the
/// first is read; that of an animated GIF on its whole canvas.
///
/// **Samples** in a [PixelFormat]:
///
/// - `uint8`: of 16-bit samples the high byte is taken; those of 1, 2 and 4 bits are stretched to
///   0..255.
/// - `uint16`: 8-bit samples times 257, so that white is 65535; 16-bit samples as they are.
/// - `float32` and `float64`: the numbers of the samples, 0..255 or 0..65535, as NumPy's `astype`
///   gives them.
/// - Grey is Pillow's `convert("L")`, `(R*19595 + G*38470 + B*7471 + 0x8000) >> 16` of the file's
///   samples (for `uint8` of their high bytes), before they become what is asked for.
///
/// **FITS** images are grey, `float32` if nothing else is asked for: see [FitsDecoder], which has
/// their values as astropy gives them.
///
/// **Errors.** What is wrong with a file is an [ImageException], the first damage that the decoder
/// notices included: no half-decoded picture is ever passed on.
public final class ImageLoader implements AutoCloseable {
  /// The largest image in pixels that is decoded if nothing else is asked for: 16384x16384.
  public static final long DEFAULT_MAX_PIXELS = 1L << 28;

  private static final long FIRST_BUFFER = 1 << 18;

  /// Bytes of a pixel of FITS.
  private static final long LARGEST_SAMPLE = 8;

  /// Room for what is not pixels in a file that is gzipped.
  private static final long MOST_HEADERS = 1 << 20;

  private final long maxPixels;
  private final PixelDecoder jpeg;
  private final PixelDecoder png = new PngDecoder(this::others);
  private PixelDecoder others;
  private PixelDecoder fits;
  private PixelDecoder current;
  private ImageSize size;
  private MemorySegment buffer = MemorySegment.NULL;
  private MemorySegment file;

  /// Begins to link the JPEG decoder, in a thread of its own: the 30 ms that the first loader of
  /// the process would take for it, while ranks meet and files are looked for.
  public static void prepare() {
    Thread.ofPlatform().daemon().name("sheaf-jpeg").start(JpegDecoders::hasTurbo);
  }

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
    MemorySegment bytes = read(path);
    if (Gunzip.isGzip(bytes)) {
      byte[] unpacked = Gunzip.unpack(bytes, LARGEST_SAMPLE * maxPixels + MOST_HEADERS);
      bytes = room(unpacked.length).copyFrom(MemorySegment.ofArray(unpacked));
    }
    return open(bytes);
  }

  /// Takes the bytes of an image file and tells the size of its image; no pixel is decoded.
  ///
  /// @param bytes off-heap, not to be changed until it is decoded
  public ImageSize open(MemorySegment bytes) throws ImageException {
    size = null;
    file = bytes;
    if (JpegHeader.isJpeg(file)) {
      current = jpeg;
    } else if (FitsDecoder.isFits(file)) {
      if (fits == null) {
        fits = new FitsDecoder();
      }
      current = fits;
    } else {
      current = PngDecoder.isPng(file) ? png : others();
    }
    ImageSize found = current.size(file);
    check(found);
    size = found;
    return found;
  }

  private PixelDecoder others() {
    if (others == null) {
      others = new ImageIoDecoder();
    }
    return others;
  }

  /// Refuses an image of more pixels than are allowed.
  void check(ImageSize found) throws ImageException {
    if (found.pixels() > maxPixels) {
      throw new ImageException(
          "%s pixels are more than the limit of %d pixels".formatted(found, maxPixels));
    }
  }

  /// The format of the opened image if nothing else is asked for: [PixelFormat#RGB8], or of FITS
  /// grey `float32`.
  public PixelFormat format() {
    return current.format();
  }

  /// How the opened image has to be turned, by its EXIF data. [#decode] doesn't turn it.
  public Orientation orientation() {
    return current.orientation(file);
  }

  /// Decodes the opened file to 8-bit RGB.
  ///
  /// @param rgb off-heap memory for `size.rgbBytes()` bytes: (height, width, 3), row-major; what it
  ///   holds after an error is undefined
  public void decode(MemorySegment rgb) throws ImageException {
    decode(rgb, PixelFormat.RGB8);
  }

  /// Decodes the opened file.
  ///
  /// @param pixels off-heap memory for them, row-major, little-endian; what it holds after an error
  ///   is undefined
  public void decode(MemorySegment pixels, PixelFormat format) throws ImageException {
    if (size == null
        || !pixels.isNative()
        || pixels.byteSize() < new ImageLayout(size, format).bytes()) {
      throw new IllegalArgumentException("no image open, or not enough off-heap memory for it");
    }
    current.decode(file, size, format, pixels);
  }

  @Override
  public void close() {
    jpeg.close();
    png.close();
  }

  /// Memory for a file, until the next one.
  private MemorySegment room(long length) {
    if (length > buffer.byteSize()) {
      buffer = Arena.ofAuto().allocate(Math.max(FIRST_BUFFER, length + length / 4));
    }
    return buffer.asSlice(0, length);
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
      MemorySegment bytes = room(length);
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
