package dev.sheaf.doctor;

import java.util.Locale;

/// How bad a finding is, the worst last.
enum Level {
  OK,
  WARNING,
  FAILURE;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
