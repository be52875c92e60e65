package dev.sheaf.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Where a run's files are in its directory.
public final class RunPaths {
  private static final String JOURNAL = ".journal";

  private RunPaths() {}

  /// The directory of the journals.
  public static Path journals(Path run) {
    return run.resolve("journal");
  }

  /// The journal of a rank in an attempt.
  public static Path journal(Path run, int attempt, int rank) {
    return journals(run).resolve("%04d-%05d%s".formatted(attempt, rank, JOURNAL));
  }

  /// Beside a journal: what the threads of the rank have in hand.
  public static Path inFlight(Path journal) {
    String name = journal.getFileName().toString();
    return journal.resolveSibling(
        name.substring(0, name.length() - JOURNAL.length()) + ".inflight");
  }

  /// All journals of the directory, by attempt, then rank; none if there is no such directory.
  public static List<Path> list(Path run) throws IOException {
    if (!Files.isDirectory(journals(run))) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(journals(run))) {
      return new ArrayList<>(
          all.filter(file -> file.getFileName().toString().endsWith(JOURNAL)).sorted().toList());
    }
  }

  /// Deletes the journals.
  static void deleteAll(Path run) throws IOException {
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(journals(run), "*{.journal,.inflight}")) {
      for (Path file : all) {
        Files.delete(file);
      }
    }
  }
}
