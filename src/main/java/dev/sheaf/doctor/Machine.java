package dev.sheaf.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the checks look at: this machine, or a test's.
interface Machine {
  /// A file system.
  ///
  /// @param type its name, as `ext4` or `nfs4`
  /// @param total its size in bytes
  /// @param free what this user may still write, in bytes
  record Space(String type, long total, long free) {}

  /// How a command ended.
  ///
  /// @param status its exit status, 128 and the number of a signal if that ended it; [#LATE] if it
  ///   did not end in time
  /// @param out standard output
  /// @param err standard error
  record Ran(int status, String out, String err) {
    static final int LATE = -1;
  }

  /// The environment variables.
  Map<String, String> environment();

  /// A system property of this JVM; empty if there is none of that name.
  String property(String name);

  /// The content of a text file, if it can be read.
  Optional<String> text(String file);

  /// The file system of a directory, if there is one.
  Optional<Space> space(Path directory);

  /// Where the path has a command of that name.
  Optional<Path> command(String name);

  /// Runs a command to its end or that of its time, then with all processes that it has started.
  ///
  /// @param changes variables to set, or with `null` to remove
  Ran run(Map<String, String> changes, List<String> words);

  /// The words that run a class of this program in a JVM of its own.
  List<String> java(Class<?> main, List<String> arguments);
}
