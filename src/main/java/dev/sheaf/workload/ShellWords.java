package dev.sheaf.workload;

/// Words for a POSIX shell.
final class ShellWords {
  private ShellWords() {}

  /// The word, quoted if a shell would read it as anything else.
  static String quote(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
