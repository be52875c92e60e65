package dev.sheaf.report;

import java.util.Locale;

/// A number of things in words: `1 item`, `1,000 items`.
public final class Count {
  private Count() {}

  /// The count with the noun, in the plural where it belongs.
  public static String of(long count, String noun) {
    return String.format(Locale.ROOT, count == 1 ? "%,d %s" : "%,d %ss", count, noun);
  }
}
