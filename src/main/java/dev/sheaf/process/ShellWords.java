package dev.sheaf.process;

import java.util.List;
import java.util.stream.Collectors;

/// Words for a POSIX shell.
public final class ShellWords {
  private ShellWords() {}

  /// The word, quoted if a shell would read it as anything else.
  public static String quote(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /// A line of words, each quoted where it must be.
  public static String line(List<String> words) {
    return words.stream().map(ShellWords::quote).collect(Collectors.joining(" "));
  }
}
