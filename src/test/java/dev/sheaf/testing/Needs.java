package dev.sheaf.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/// What a test needs of the machine. Without it the test is skipped and the reason told; with
/// `REQUIRE_ALL=1` in the environment it fails.
public final class Needs {
  private Needs() {}

  /// A command on the path.
  ///
  /// @param debianPackage the package to install if it is not there
  /// @return where it is
  public static Path command(String name, String debianPackage) {
    for (String directory : System.getenv("PATH").split(":", -1)) {
      Path command = Path.of(directory, name);
      if (Files.isExecutable(command)) {
        return command;
      }
    }
    missing("needs the command " + name + " (apt-get install " + debianPackage + ")");
    throw new AssertionError("missing() has thrown");
  }

  /// Anything else.
  ///
  /// @param reason what is needed and how to get it
  public static void that(boolean there, String reason) {
    if (!there) {
      missing(reason);
    }
  }

  private static void missing(String reason) {
    if ("1".equals(System.getenv("REQUIRE_ALL"))) {
      fail(reason);
    }
    abort(reason);
  }
}
