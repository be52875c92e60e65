package dev.sheaf.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What a run has written for its user: not `run.json`, `report.html`, the journals, and what it
/// would go on with (`.NAME.….part`).
public final class Outputs {
  private Outputs() {}

  /// The names of files in a directory, sorted; none if it is not there.
  public static List<String> names(Path directory) {
    return under(directory).stream()
        .map(file -> directory.relativize(file).getName(0).toString())
        .distinct()
        .toList();
  }

  /// All files under a directory, sorted; none if it is not there.
  public static List<Path> under(Path directory) {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> {
            Path name = directory.relativize(file);
            return !name.startsWith("journal")
                && !name.equals(Path.of("run.json"))
                && !name.equals(Path.of("report.html"))
                && !name.equals(Path.of("failed.tsv"))
                && !(name.toString().startsWith(".") && name.toString().endsWith(".part"));
          })
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
