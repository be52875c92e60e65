package dev.sheaf.image;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;

/// One of ImageIO's readers, kept for reuse and made strict: a warning fails the image, and
/// whatever the reader throws becomes an [ImageException].
final class ImageIoSource {
  private final ImageReader reader;
  private final String format;
  private String warning;

  ImageIoSource(ImageReaderSpi provider) throws IOException {
    reader = provider.createReaderInstance();
    format = provider.getFormatNames()[0].toUpperCase(Locale.ROOT);
    reader.addIIOReadWarningListener((_, text) -> warn(text));
  }

  /// What to do with the reader while it is pointed at a file.
  interface Use<T> {
    T apply(ImageReader reader) throws IOException;
  }

  /// Points the reader at the file, uses it, and lets go of the file.
  <T> T with(MemorySegment file, Use<T> use) throws ImageException {
    warning = null;
    T result;
    try {
      reader.setInput(new SegmentInputStream(file), true, true);
      result = use.apply(reader);
    } catch (ImageException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // ImageIO's readers answer damaged files with any unchecked exception.
      throw ImageException.damaged(format, reason(e));
    } finally {
      reader.setInput(null);
    }
    if (warning != null) {
      throw ImageException.damaged(format, warning);
    }
    return result;
  }

  /// Refuses an image that would take more than half of the Java heap: running out of memory would
  /// end the whole rank.
  static void checkHeap(ImageSize size, int bitsPerPixel) throws ImageException {
    long mebibytes = (size.pixels() * bitsPerPixel / 8) >> 20;
    long most = Runtime.getRuntime().maxMemory() >> 21;
    if (mebibytes > most) {
      throw new ImageException(
          "%s pixels take %d MiB, more than half of the Java heap (%d MiB); raise -Xmx"
              .formatted(size, mebibytes, 2 * most));
    }
  }

  private void warn(String text) {
    // Colour profiles are not used: a bad one does no harm.
    if (warning == null && !text.contains("color profile")) {
      warning = text;
    }
  }

  /// The first line of what is behind an exception.
  static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String kind = cause.getClass().getSimpleName();
    return cause.getMessage() == null ? kind : cause.getMessage().lines().findFirst().orElse(kind);
  }
}
