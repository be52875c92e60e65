package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.map.Causes;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where a run's output goes. The directory is made when the first file is spoken of, and is gone
/// when this is closed if nothing has come into it: a command that is refused leaves nothing.
public final class OutputDirectory implements AutoCloseable {
  private final Path directory;

  /// What there was not, the innermost first.
  private final List<Path> made = new ArrayList<>();

  /// Makes nothing yet.
  OutputDirectory(Path directory) {
    this.directory = directory;
  }

  /// @return the path of a file in it
  /// @throws InputException if the directory can't be made or written
  Path file(String name) {
    if (!Files.isDirectory(directory)) {
      make();
    }
    if (!Files.isWritable(directory)) {
      throw new InputException(
          "--out " + directory + ": permission denied or read-only; give another directory");
    }
    return directory.resolve(name);
  }

  private void make() {
    Path missing = directory.toAbsolutePath();
    for (; !Files.exists(missing); missing = missing.getParent()) {
      made.add(missing);
    }
    try {
      Files.createDirectories(directory);
    } catch (FileAlreadyExistsException e) {
      throw new InputException("--out " + directory + ": is a file; give a directory", e);
    } catch (IOException e) {
      throw new InputException(
          "--out %s: no such directory, nor can it be made: %s"
              .formatted(directory, Causes.line(e)),
          e);
    }
  }

  @Override
  public void close() {
    try {
      for (Path each : made) {
        Files.deleteIfExists(each);
      }
    } catch (IOException _) {
      // Something has come into it.
    }
  }
}
