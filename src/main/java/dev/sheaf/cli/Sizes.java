package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.image.ImageSize;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes of images as words.
final class Sizes {
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,8})x([1-9]\\d{0,8})");

  private Sizes() {}

  /// Reads `WIDTHxHEIGHT`.
  static ImageSize parse(String option, String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new InputException(option + " " + text + ": not WIDTHxHEIGHT, such as 424x424");
    }
    return new ImageSize(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
  }
}
