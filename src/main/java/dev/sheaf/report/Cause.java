package dev.sheaf.report;

/// Why items have failed.
public final class Cause {
  private Cause() {}

  /// The cause without the item's own input, which it may begin with, so that equal causes are
  /// equal.
  public static String alone(String input, String cause) {
    String prefix = input + ": ";
    return cause.startsWith(prefix) ? cause.substring(prefix.length()) : cause;
  }
}
