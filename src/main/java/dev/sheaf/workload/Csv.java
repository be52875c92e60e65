package dev.sheaf.workload;

/// Writing CSV as RFC 4180 has it.
final class Csv {
  private Csv() {}

  /// A field, in quotes if it needs them.
  static String quote(String field) {
    return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
