package dev.sheaf.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.journal.Entry;
import dev.sheaf.journal.InFlight;
import dev.sheaf.journal.JournalWriter;
import dev.sheaf.journal.RunFile;
import dev.sheaf.journal.RunPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutopsyCommandTest {
  private static final long RUN = 77;

  @TempDir Path directory;

  private void run(RunFile.State state) {
    new RunFile(
            RUN,
            2,
            state,
            List.of("load", "images"),
            "/home/me",
            "0.1.0",
            "1f",
            List.of("load"),
            0,
            2,
            1,
            "local",
            List.of("node1", "node2"),
            List.of(),
            0,
            0,
            0,
            0,
            0,
            List.of())
        .write(directory);
  }

  private Path journal(long run, int attempt, int rank, String host, Entry... entries)
      throws IOException {
    Files.createDirectories(RunPaths.journals(directory));
    Path file = RunPaths.journal(directory, attempt, rank);
    Entry.Header header = new Entry.Header(run, attempt, rank, host, "boot", 9, 1, false, 0);
    try (JournalWriter writer = JournalWriter.create(file, header)) {
      for (Entry entry : entries) {
        writer.append(entry);
      }
    }
    return file;
  }

  private static Entry done(int map, long item, long millis) {
    return new Entry.Done(map, item, 0, 0, millis * 1_000_000, Entry.Stamp.NONE, new byte[0]);
  }

  private static Entry failed(long item, String cause) {
    String input = item + ".jpg";
    return new Entry.Failed(0, item, 0, 0, 1_000_000, input, 1, cause, "sheaf load " + input);
  }

  private static Entry begun(int map, long items) {
    return new Entry.MapBegun(map, items, 0, "", false);
  }

  @Test
  void tellsStatesOfAllAttempts() throws IOException {
    run(RunFile.State.RUNNING);
    // Item 4 fails first and is done by the resume, on another host.
    journal(
        RUN,
        1,
        0,
        "node1",
        begun(0, 20),
        done(0, 0, 1500),
        done(0, 1, 20),
        failed(4, "no file"),
        new Entry.Named(0, 0, "0.jpg"));
    journal(RUN, 1, 1, "node2", begun(0, 20), done(0, 3, 250), failed(7, "no file"));
    journal(RUN, 2, 0, "node3", begun(0, 20), done(0, 4, 30), done(0, 2, 40));
    journal(RUN, 2, 1, "node3", begun(0, 20), failed(9, "no file"), failed(11, "too large"));
    journal(RUN + 1, 3, 0, "node9", begun(0, 20), done(0, 19, 99_000));
    Cli cli = Cli.run("autopsy", directory.toString());
    assertEquals(1, cli.status());
    assertEquals(
        "5 6 7 8 9 10 11 12 13 14 15 16 17 18 19", String.join(" ", cli.out().lines().toList()));
    assertEquals(
        """
        sheaf load images
        attempt 2, at work or killed, 2 ranks of 1 thread over local
        20 items: 5 done, 3 failed, 12 to do
          done    0-4
          failed  7,9,11
          to do   5-6,8,10,12-19
        item 7 (7.jpg) failed: no file (and items 9); replay: sheaf load 7.jpg
        item 11 (11.jpg) failed: too large; replay: sheaf load 11.jpg
        slow: item 0 (0.jpg), 1.500 s, rank 0 on node1
        slow: item 3, 0.250 s, rank 1 on node2
        slow: item 2, 0.040 s, rank 0 on node3
        slow: item 4, 0.030 s, rank 0 on node3
        slow: item 1, 0.020 s, rank 0 on node1
        rank 0 on node1: 2 items done, 1 failed, 1.521 s of work
        rank 0 on node3: 2 items done, 0 failed, 0.070 s of work
        rank 1 on node2: 1 item done, 1 failed, 0.251 s of work
        rank 1 on node3: 0 items done, 2 failed, 0.002 s of work
        host node1: 2 items done, 1 failed, 1.521 s of work
        host node3: 2 items done, 2 failed, 0.072 s of work
        host node2: 1 item done, 1 failed, 0.251 s of work
        """,
        cli.err());
  }

  /// Of the last attempt, and not what a rank had in hand that came to its end.
  @Test
  void tellsWhatRanksHadInHand() throws IOException {
    run(RunFile.State.RUNNING);
    inHand(journal(RUN, 1, 0, "node1", begun(0, 20)), 3);
    inHand(journal(RUN, 2, 0, "node1", begun(0, 20), new Entry.Ended(true, 0)), 4);
    inHand(journal(RUN, 2, 1, "node2", begun(0, 20)), 5, 7);
    journal(RUN, 2, 2, "node3", begun(0, 20));
    String line = "rank 1 on node2 (pid 9) has not come to its end, with items 5, 7 in hand\n";
    Cli cli = Cli.run("autopsy", "--lost", directory.toString());
    assertEquals(0, cli.status());
    assertEquals("", cli.out());
    assertEquals("sheaf: " + line, cli.err());
    assertTrue(Cli.run("autopsy", directory.toString()).err().contains(line));
    run(RunFile.State.STOPPED);
    assertEquals("", Cli.run("autopsy", "--lost", directory.toString()).err());
  }

  @Test
  void orWhatRanksHadInHandThatASignalHasEnded() throws IOException {
    run(RunFile.State.RUNNING);
    inHand(journal(RUN, 2, 0, "node1", begun(0, 20), new Entry.Ended(true, 0)), 4);
    assertEquals(
        "sheaf: rank 0 on node1 (pid 9) was ended by a signal, with item 4 in hand\n",
        Cli.run("autopsy", "--lost", directory.toString()).err());
  }

  private static void inHand(Path journal, long... items) {
    InFlight notes = InFlight.create(RunPaths.inFlight(journal), items.length);
    for (int thread = 0; thread < items.length; thread++) {
      notes.begin(thread, 0, items[thread]);
    }
  }

  @Test
  void everythingDoneIsStatusZero() throws IOException {
    run(RunFile.State.DONE);
    journal(
        RUN, 1, 0, "node1", begun(0, 2), done(0, 0, 1), done(0, 1, 1), begun(1, 1), done(1, 0, 1));
    Cli cli = Cli.run("autopsy", directory.toString());
    assertEquals(0, cli.status(), cli.err());
    assertEquals("", cli.out());
    assertTrue(cli.err().contains("map 0: 2 items: 2 done, 0 failed, 0 to do"), cli.err());
    assertTrue(cli.err().contains("slow: item 1:0, 0.001 s"), cli.err());
  }

  @Test
  void aTornRecordIsTold() throws IOException {
    run(RunFile.State.RUNNING);
    Path file = journal(RUN, 1, 0, "node1", begun(0, 2), done(0, 0, 1));
    Files.write(file, "torn".getBytes(UTF_8), StandardOpenOption.APPEND);
    Cli cli = Cli.run("autopsy", directory.toString());
    assertEquals("1", cli.out().strip());
    assertTrue(cli.err().contains("0001-00000.journal: a record that was not"), cli.err());
  }

  @Test
  void aDirectoryWithoutARunIsRefused() {
    Cli cli = Cli.run("autopsy", directory.toString());
    assertEquals(2, cli.status());
    assertTrue(cli.err().contains("no run.json there; give the --out of a run"), cli.err());
    assertEquals(2, Cli.run("autopsy", directory.resolve("none").toString()).status());
  }
}
