package dev.sheaf.workload;

import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;

/// Seconds since 1970 as a person writes them.
final class Times {
  private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);

  private Times() {}

  /// `2022-02-01 12:30:00`, with microseconds if there are any.
  static String text(double seconds) {
    LocalDateTime time = EPOCH.plus(Math.round(seconds * 1e6), ChronoUnit.MICROS);
    String text = time.toString().replace('T', ' ');
    return text.length() == 16 ? text + ":00" : text;
  }
}
