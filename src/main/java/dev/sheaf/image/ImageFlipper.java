package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// Turns image files, into pages of PDFs, PNGs or JPEGs, without loss where that can be.
///
/// Buffers, decoders and encoders are kept from one image to the next: make one flipper a thread
/// and close it at the end; only one thread at a time may use it.
///
/// **Pixels**, where they are decoded, are those of [ImageLoader], 8 bits a sample without alpha:
/// of 16-bit samples the high byte. Images whose red, green and blue are everywhere the same become
/// grey. JPEGs are encoded in quality 90, 4:2:0.
///
/// **Errors.** What is wrong with a file is an [ImageException]. Of a JPEG that goes into a page as
/// it is, only header and end are looked at: a truncated one is noticed, other damage is not.
public final class ImageFlipper implements AutoCloseable {
  /// The quality of JPEGs.
  public static final int QUALITY = 90;

  private static final int LARGEST_JPEG = 65_500;

  private final Turn turn;
  private final boolean reencode;
  private final ImageLoader loader;
  private final PixelBuffer buffer = new PixelBuffer();
  private final TurboTransformer transformer;
  private JpegEncoder encoder;

  /// A flipper.
  ///
  /// @param reencode turn the pixels and encode them again where that could be avoided, too
  /// @param transform turn JPEGs into JPEGs by moving their coefficients; only if [#canTransform]
  /// @param maxPixels larger images are refused
  public ImageFlipper(Turn turn, boolean reencode, boolean transform, long maxPixels) {
    this.turn = turn;
    this.reencode = reencode;
    loader = new ImageLoader(maxPixels);
    transformer = transform && !reencode ? JpegDecoders.makeTransformer() : null;
  }

  /// Whether this machine has libjpeg-turbo, which can turn a JPEG without loss.
  public static boolean canTransform() {
    return JpegDecoders.hasTurbo();
  }

  /// A page of a PDF.
  ///
  /// @param image its description
  /// @param data its data, valid until the flipper's next image
  public record Page(PdfImage image, MemorySegment data) {}

  /// A JPEG.
  ///
  /// @param data the file
  /// @param lossless whether it is another JPEG whose coefficients have been moved
  public record Jpeg(byte[] data, boolean lossless) {}

  /// A decoded image.
  private record Decoded(ImageSize size, MemorySegment rgb, boolean grey) {}

  /// Makes an image a page. A JPEG goes in as it is, up to the end of its image, others as
  /// compressed rows; the page turns them. Encoded again, a JPEG stays a JPEG.
  public Page page(Path path) throws ImageException {
    MemorySegment file = loader.read(path);
    JpegHeader header = JpegHeader.isJpeg(file) ? JpegHeader.parse(file) : null;
    if (header != null && !reencode && header.huffman()) {
      loader.check(header.size());
      MemorySegment data = file.asSlice(0, header.end(file));
      PdfImage.Kind kind = PdfImage.Kind.of(header);
      return new Page(new PdfImage(header.size(), kind, turn, data.byteSize()), data);
    }
    Decoded image = decode(file);
    boolean jpeg = header != null && reencode;
    byte[] data = jpeg ? encode(image) : rows(image, reencode ? turn : Turn.NONE);
    PdfImage.Kind kind = image.grey ? PdfImage.Kind.GREY_ROWS : PdfImage.Kind.RGB_ROWS;
    if (jpeg) {
      kind = image.grey ? PdfImage.Kind.GREY_JPEG : PdfImage.Kind.YCBCR_JPEG;
    }
    PdfImage page =
        reencode
            ? new PdfImage(turn.of(image.size), kind, Turn.NONE, data.length)
            : new PdfImage(image.size, kind, turn, data.length);
    return new Page(page, MemorySegment.ofArray(data));
  }

  /// Makes an image a PNG.
  public byte[] png(Path path) throws ImageException {
    Decoded image = decode(loader.read(path));
    return PngEncoder.encode(turn.of(image.size), image.grey, rows(image, turn));
  }

  /// Makes an image a JPEG: from another JPEG by moving its coefficients, if they are to be moved
  /// and all of them can be; else from its pixels.
  public Jpeg jpeg(Path path) throws ImageException {
    MemorySegment file = loader.read(path);
    if (transformer != null && JpegHeader.isJpeg(file)) {
      loader.check(JpegHeader.parse(file).size());
      byte[] turned = transformer.turn(file, turn);
      if (turned != null) {
        return new Jpeg(turned, true);
      }
    }
    return new Jpeg(encode(decode(file)), false);
  }

  private Decoded decode(MemorySegment file) throws ImageException {
    ImageSize size = loader.open(file);
    MemorySegment rgb = buffer.of(size);
    loader.decode(rgb);
    return new Decoded(size, rgb, isGrey(rgb));
  }

  private static boolean isGrey(MemorySegment rgb) {
    for (long i = 0; i < rgb.byteSize(); i += 3) {
      byte red = rgb.get(ValueLayout.JAVA_BYTE, i);
      if (red != rgb.get(ValueLayout.JAVA_BYTE, i + 1)
          || red != rgb.get(ValueLayout.JAVA_BYTE, i + 2)) {
        return false;
      }
    }
    return true;
  }

  private static byte[] rows(Decoded image, Turn turned) {
    return PngRows.compress(turned.of(image.size), image.grey, turned.of(image.size, image.rgb));
  }

  private byte[] encode(Decoded image) throws ImageException {
    ImageSize size = turn.of(image.size);
    if (Math.max(size.width(), size.height()) > LARGEST_JPEG) {
      throw new ImageException(
          "%s pixels; a JPEG has at most %d rows and columns".formatted(size, LARGEST_JPEG));
    }
    ImageIoSource.checkHeap(size, image.grey ? 8 : 24);
    if (encoder == null) { // only when it is needed: ImageIO is slow to start
      encoder = new JpegEncoder(QUALITY);
    }
    return encoder.encode(size, image.grey, turn.of(image.size, image.rgb));
  }

  @Override
  public void close() {
    loader.close();
    if (encoder != null) {
      encoder.close();
    }
    if (transformer != null) {
      transformer.close();
    }
  }
}
