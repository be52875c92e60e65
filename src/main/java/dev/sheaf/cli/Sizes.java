package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.image.Crop;
import dev.sheaf.image.ImageSize;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes of images, parts of them, and memory, as words.
final class Sizes {
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,8})x([1-9]\\d{0,8})");

  private static final Pattern CROP =
      Pattern.compile("([1-9]\\d{0,8})x([1-9]\\d{0,8})\\+(\\d{1,9})\\+(\\d{1,9})");

  private static final Pattern BYTES = Pattern.compile("(\\d{1,18})([kKMGT]?)");

  private Sizes() {}

  /// Reads a number of bytes: `500M`, in powers of 1024.
  static long bytes(String option, String text) {
    Matcher size = BYTES.matcher(text);
    if (size.matches()) {
      int shift = 10 * " KMGT".indexOf((size.group(2) + " ").toUpperCase(Locale.ROOT).charAt(0));
      long bytes = Long.parseLong(size.group(1));
      if (bytes > 0 && bytes <= Long.MAX_VALUE >> shift) {
        return bytes << shift;
      }
    }
    throw new InputException(option + " " + text + ": not a size in bytes, such as 500M or 4G");
  }

  /// Reads `WIDTHxHEIGHT`.
  static ImageSize parse(String option, String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new InputException(option + " " + text + ": not WIDTHxHEIGHT, such as 424x424");
    }
    return size(size);
  }

  /// Reads `WIDTHxHEIGHT+X+Y`.
  static Crop parseCrop(String option, String text) {
    Matcher crop = CROP.matcher(text);
    if (!crop.matches()) {
      throw new InputException(option + " " + text + ": not WIDTHxHEIGHT+X+Y, such as 100x80+10+0");
    }
    return new Crop(size(crop), Integer.parseInt(crop.group(3)), Integer.parseInt(crop.group(4)));
  }

  private static ImageSize size(Matcher match) {
    return new ImageSize(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
  }
}
