package dev.sheaf.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.journal.Entry;
import dev.sheaf.journal.JournalWriter;
import dev.sheaf.journal.RunFile;
import dev.sheaf.journal.RunPaths;
import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPageTest {
  private static final int RANKS = 1000;
  private static final int ITEMS = 1_000_000;
  private static final long MICRO = 1000;

  @TempDir Path directory;

  /// The journals of a run on many ranks, one in a thousand of whose items failed, each of them
  /// with a cause of its own.
  private void writeRun() throws IOException {
    Files.createDirectories(RunPaths.journals(directory));
    for (int rank = 0; rank < RANKS; rank++) {
      Entry.Header header =
          new Entry.Header(7, 1, rank, "node" + rank / 8, "", 100 + rank, 1, false, 0);
      try (JournalWriter journal =
          JournalWriter.create(RunPaths.journal(directory, 1, rank), header)) {
        journal.append(new Entry.MapBegun(0, ITEMS, 0, "", false));
        long at = 0;
        for (long item = rank; item < ITEMS; item += RANKS) {
          long nanos = MICRO * (1 + item * 7919 % 100_000);
          journal.append(
              item % RANKS == item / RANKS
                  ? new Entry.Failed(0, item, 0, at, nanos, "in", 1, "cause " + item, "sheaf again")
                  : new Entry.Done(0, item, 0, at, nanos, Entry.Stamp.NONE, new byte[8]));
          at += nanos + MICRO;
        }
      }
    }
    List<String> hosts = Collections.nCopies(RANKS, "node");
    new RunFile(
            7,
            1,
            RunFile.State.FAILED,
            List.of("pi"),
            "/",
            "0",
            "",
            List.of(),
            0,
            RANKS,
            1,
            "mpi",
            hosts,
            List.of(),
            0,
            60,
            ITEMS,
            ITEMS - RANKS,
            RANKS,
            List.of())
        .write(directory);
  }

  /// Writes the page of a run.
  static final class Main {
    public static void main(String[] args) {
      RunPage.write(Path.of(args[0]));
    }
  }

  /// In a heap that would not hold the items.
  @Test
  void aMillionItemsOnAThousandRanks() throws IOException {
    writeRun();
    Shell shell =
        Shell.run(
            Map.of(),
            Jvm.command(List.of("-Xmx16m"), Main.class, directory.toString())
                .toArray(String[]::new));
    assertEquals(0, shell.status(), shell.toString());
    String page = Files.readString(directory.resolve(RunPage.NAME));
    assertTrue(page.length() < 1_000_000, page.length() + " characters");
    assertTrue(page.contains("1,000,000: 999,000 done, 1,000 failed"), page.substring(0, 5000));
    assertTrue(page.contains(">992 to 999</text>"), "rows");
    assertTrue(page.contains("(in): cause 0<"), "the first cause");
    assertTrue(page.contains("And 950 items with other causes."), "the others");
  }
}
