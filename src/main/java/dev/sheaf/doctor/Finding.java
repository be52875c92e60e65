package dev.sheaf.doctor;

/// What a check has found.
///
/// @param level how bad it is
/// @param subject what was looked at, the same word on every host
/// @param text what it is
/// @param cure what to install or set; empty if nothing needs to be
record Finding(Level level, String subject, String text, String cure) {
  static Finding ok(String subject, String text) {
    return new Finding(Level.OK, subject, text, "");
  }

  static Finding warning(String subject, String text, String cure) {
    return new Finding(Level.WARNING, subject, text, cure);
  }

  static Finding failure(String subject, String text, String cure) {
    return new Finding(Level.FAILURE, subject, text, cure);
  }

  /// The line to print.
  ///
  /// @param where the hosts that it is about, or nothing if it is about all
  String line(String where) {
    return "%-8s%s%s: %s%s"
        .formatted(
            level.label(),
            subject,
            where.isEmpty() ? "" : " (" + where + ")",
            text,
            cure.isEmpty() ? "" : "; " + cure);
  }
}
