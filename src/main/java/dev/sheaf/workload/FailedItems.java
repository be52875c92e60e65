package dev.sheaf.workload;

import dev.sheaf.array.FileErrors;
import dev.sheaf.array.OutputFile;
import dev.sheaf.map.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The table of what has failed in a run: `failed.tsv` in its directory, a line an item.
final class FailedItems {
  private static final String NAME = "failed.tsv";

  private FailedItems() {}

  /// Writes the table; deletes that of an earlier attempt if nothing has failed.
  static void write(Path directory, List<? extends Outcome.Failed<?>> failures) {
    Path file = directory.resolve(NAME);
    if (failures.isEmpty()) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw FileErrors.input(file, "can't be deleted", e);
      }
      return;
    }
    StringBuilder table = new StringBuilder("item\tinput\trank\thost\tattempts\tcause\treplay\n");
    for (Outcome.Failed<?> failure : failures) {
      table.append(failure.item()).append('\t');
      table.append(field(failure.input())).append('\t');
      table.append(failure.rank()).append('\t');
      table.append(field(failure.host())).append('\t');
      table.append(failure.attempts()).append('\t');
      table.append(field(failure.cause())).append('\t');
      table.append(field(failure.replay())).append('\n');
    }
    OutputFile.write(file, table.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String field(String text) {
    return text.replace('\t', ' ').replace('\n', ' ').replace('\r', ' ');
  }
}
