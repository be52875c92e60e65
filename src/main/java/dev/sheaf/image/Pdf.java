package dev.sheaf.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The plan of a PDF with an image a page: what is where. It depends on the images alone, so that
/// several can write it at once: [#HEADER], then the pages, each where [#add] has put it, then
/// [#end]. There are no dates and no identifiers in it.
///
/// Source: ISO 32000-1, 7.5 (file structure).
public final class Pdf {
  /// What the file starts with; the bytes above 127 tell programs that it is not text.
  public static final byte[] HEADER =
      "%PDF-1.5\n%\u00e2\u00e3\u00cf\u00d3\n".getBytes(StandardCharsets.ISO_8859_1);

  /// The largest file: what the ten digits of a position can tell.
  public static final long LARGEST = 9_999_999_999L;

  /// The number of the object that lists the pages.
  static final int PAGES = 2;

  private final List<Long> positions = new ArrayList<>();
  private int pages;
  private long at = HEADER.length;

  /// Appends a page.
  ///
  /// @return its position in the file
  public long add(PdfImage image) {
    long position = at;
    for (String object : image.objects(pages)) {
      positions.add(at);
      at += object.length();
    }
    at += image.bytes() + PdfImage.TAIL.length;
    pages++;
    return position;
  }

  /// Where the last page ends.
  public long position() {
    return at;
  }

  /// What stands behind the last page.
  public byte[] end() {
    String catalog = "1 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n".formatted(PAGES);
    StringBuilder list =
        new StringBuilder("%d 0 obj\n<</Type/Pages/Count %d/Kids[".formatted(PAGES, pages));
    for (int page = 0; page < pages; page++) {
      list.append(PdfImage.number(page)).append(" 0 R\n");
    }
    list.append("]>>\nendobj\n");
    StringBuilder end = new StringBuilder(catalog).append(list);
    int objects = positions.size() + PAGES + 1;
    end.append("xref\n0 %d\n0000000000 65535 f \n".formatted(objects));
    entry(end, at);
    entry(end, at + catalog.length());
    positions.forEach(position -> entry(end, position));
    end.append("trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n".formatted(objects));
    end.append(at + catalog.length() + list.length()).append("\n%%EOF\n");
    return end.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void entry(StringBuilder table, long position) {
    String digits = String.valueOf(position);
    table.repeat('0', 10 - digits.length()).append(digits).append(" 00000 n \n");
  }
}
