package dev.sheaf.journal;

import dev.sheaf.array.FileErrors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The journals that long results are read from: each is opened once, but for runs of so many
/// attempts and ranks that not all may be open at a time.
final class OpenJournals implements AutoCloseable {
  private static final int MOST = 64;

  /// By the last use. Not `FileChannel`s: these are closed by the interrupt of a thread that reads.
  private final SequencedMap<Path, RandomAccessFile> open = new LinkedHashMap<>(MOST, 0.75f, true);

  /// Reads bytes of a journal.
  ///
  /// @throws dev.sheaf.InputException if it can't be read any more
  synchronized byte[] read(Path journal, long at, int length) {
    byte[] bytes = new byte[length];
    try {
      RandomAccessFile file = open.get(journal);
      if (file == null) {
        if (open.size() == MOST) {
          open.pollFirstEntry().getValue().close();
        }
        file = new RandomAccessFile(journal.toFile(), "r");
        open.put(journal, file);
      }
      file.seek(at);
      file.readFully(bytes);
    } catch (IOException e) {
      throw FileErrors.input(journal, "can't be read", e);
    }
    return bytes;
  }

  @Override
  public synchronized void close() {
    for (RandomAccessFile file : open.values()) {
      try {
        file.close();
      } catch (IOException _) {
        // It was only read.
      }
    }
    open.clear();
  }
}
