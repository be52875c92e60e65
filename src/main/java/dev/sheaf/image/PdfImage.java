package dev.sheaf.image;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// An image as a page of a PDF that it fills. A pixel is a point, 1/72 inch, but no side is longer
/// than 14,400 points, the largest page that all viewers show.
///
/// The page is three objects: the page itself, what is drawn on it, and the image, whose data come
/// between [#head] and [#TAIL].
///
/// Source: ISO 32000-1, 7.3.8 (streams), 7.4 (filters), 8.9 (images), annex C (limits).
///
/// @param size of the image in the data
/// @param kind what the data are
/// @param turn how the page shows it
/// @param bytes of data
public record PdfImage(ImageSize size, Kind kind, Turn turn, long bytes) {
  /// What stands behind the data.
  public static final byte[] TAIL = "\nendstream\nendobj\n".getBytes(StandardCharsets.US_ASCII);

  /// The largest side of a page, in 1/10,000 point.
  private static final long LARGEST_SIDE = 144_000_000;

  /// The colours of the data and how they are compressed.
  public enum Kind {
    /// A grey JPEG.
    GREY_JPEG("DeviceGray", "/Filter/DCTDecode"),
    /// A YCbCr JPEG.
    YCBCR_JPEG("DeviceRGB", "/Filter/DCTDecode"),
    /// A JPEG of red, green and blue.
    RGB_JPEG("DeviceRGB", "/Filter/DCTDecode/DecodeParms<</ColorTransform 0>>"),
    /// A CMYK or YCCK JPEG.
    CMYK_JPEG("DeviceCMYK", "/Filter/DCTDecode"),
    /// The same with inverted samples, as Adobe's programs write it.
    INVERTED_CMYK_JPEG("DeviceCMYK", "/Decode[1 0 1 0 1 0 1 0]/Filter/DCTDecode"),
    /// The rows of a grey image, compressed as in a PNG.
    GREY_ROWS("DeviceGray", "/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns COLUMNS>>"),
    /// The rows of an RGB image, compressed as in a PNG.
    RGB_ROWS(
        "DeviceRGB", "/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors 3/Columns COLUMNS>>");

    private final String space;
    private final String filter;

    Kind(String space, String filter) {
      this.space = space;
      this.filter = filter;
    }

    static Kind of(JpegHeader header) {
      return switch (header.colour()) {
        case GREY -> GREY_JPEG;
        case YCBCR -> YCBCR_JPEG;
        case RGB -> RGB_JPEG;
        case YCCK, CMYK -> header.adobe() ? INVERTED_CMYK_JPEG : CMYK_JPEG;
      };
    }
  }

  /// What stands before the data.
  ///
  /// @param page the page's number in the PDF, from 0
  public byte[] head(int page) {
    return String.join("", objects(page)).getBytes(StandardCharsets.US_ASCII);
  }

  /// The objects, the last one up to its data.
  List<String> objects(int page) {
    int number = number(page);
    ImageSize shown = turn.of(size);
    String width = points(shown.width(), shown.height());
    String height = points(shown.height(), shown.width());
    String drawing = "q " + turn.matrix(width, height) + " cm /I Do Q";
    StringBuilder sheet = new StringBuilder().append(number).append(" 0 obj\n<</Type/Page/Parent ");
    sheet.append(Pdf.PAGES).append(" 0 R/MediaBox[0 0 ").append(width).append(' ').append(height);
    sheet.append("]/Contents ").append(number + 1).append(" 0 R/Resources<</XObject<</I ");
    sheet.append(number + 2).append(" 0 R>>>>>>\nendobj\n");
    StringBuilder content = new StringBuilder().append(number + 1).append(" 0 obj\n<</Length ");
    content.append(drawing.length()).append(">>stream\n").append(drawing);
    content.append("\nendstream\nendobj\n");
    StringBuilder image = new StringBuilder().append(number + 2).append(" 0 obj\n");
    image.append("<</Type/XObject/Subtype/Image/Width ").append(size.width());
    image.append("/Height ").append(size.height()).append("/ColorSpace/").append(kind.space);
    image.append("/BitsPerComponent 8");
    image.append(kind.filter.replace("COLUMNS", String.valueOf(size.width())));
    image.append("/Length ").append(bytes).append(">>stream\n");
    return List.of(sheet.toString(), content.toString(), image.toString());
  }

  /// The number of a page's first object.
  static int number(int page) {
    return Pdf.PAGES + 1 + 3 * page;
  }

  /// A side of the page; the other one is `other` pixels long.
  private static String points(int side, int other) {
    int longer = Math.max(side, other);
    if (longer <= LARGEST_SIDE / 10_000) {
      return String.valueOf(side);
    }
    long fine = Math.ceilDiv(side * LARGEST_SIDE, longer);
    return "%d.%04d".formatted(fine / 10_000, fine % 10_000);
  }
}
