package dev.sheaf.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A command that has run.
///
/// @param status its exit status
/// @param out what it wrote to standard output
/// @param err what it wrote to standard error
public record Shell(int status, String out, String err) {
  private static final long SECONDS = 120;

  /// Runs a command in the project's directory, for two minutes at most.
  ///
  /// @param environment variables to set, or with the value "" to remove
  public static Shell run(Map<String, String> environment, String... command) {
    return run(SECONDS, environment, command);
  }

  /// The same, with another bound.
  public static Shell run(long seconds, Map<String, String> environment, String... command) {
    try {
      Path out = Files.createTempFile("sheaf-test", ".out");
      Path err = Files.createTempFile("sheaf-test", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        builder.environment().values().removeIf(String::isEmpty);
        Process process = builder.start();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
          process.destroy(); // launchers pass SIGTERM on
          if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly(); // it may be stopped
          }
          throw new AssertionError(
              "no end of " + String.join(" ", command) + "\n" + Files.readString(err));
        }
        return new Shell(process.exitValue(), Files.readString(out), Files.readString(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Everything, for messages.
  @Override
  public String toString() {
    return "status " + status + "\n--- out\n" + out + "--- err\n" + err;
  }
}
