package dev.sheaf.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {
  private static final RunFile FILE =
      new RunFile(
          -2,
          3,
          RunFile.State.RUNNING,
          List.of("load", "my \"images\"", "--out", "ö"),
          "/home/me",
          "0.1.0",
          "1f",
          List.of("load", "--resize=3x4"),
          -1,
          2,
          4,
          "mpi (Open MPI v4.1.4)",
          List.of("node1", "node2"),
          List.of(new RunFile.Input("a.npy", new Entry.Stamp(5, 1_700_000_000_123_456_789L))),
          1_700_000_000_000L,
          0,
          0,
          0,
          0,
          List.of());

  @TempDir Path directory;

  @Test
  void whatIsWrittenIsRead() {
    assertNull(RunFile.read(directory));
    FILE.write(directory);
    assertEquals(FILE, RunFile.read(directory));
    RunFile ended =
        FILE.with(RunFile.State.STOPPED, 12.5, 1000, 700, 3, List.of("a table", "of two lines"));
    ended.write(directory);
    assertEquals(ended, RunFile.read(directory));
    assertEquals("sheaf load 'my \"images\"' --out 'ö'", ended.command());
  }

  @Test
  void fieldsOfLaterVersionsAreSkipped() throws IOException {
    FILE.write(directory);
    Path file = directory.resolve(RunFile.NAME);
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"seed\":", "\"new\": {\"a\": [1]},\n  \"seed\":"));
    assertEquals(FILE, RunFile.read(directory));
  }

  @Test
  void anythingElseIsRefusedInOneLine() throws IOException {
    FILE.write(directory);
    Path file = directory.resolve(RunFile.NAME);
    String text = Files.readString(file);
    for (String wrong :
        List.of(
            "",
            "{}",
            "[1]",
            "null",
            "{\"attempt\": \"x\"}",
            text.replace("running", "asleep"),
            text.substring(0, text.length() / 2),
            text.replace("\"attempt\": 3", "\"attempt\": 0"))) {
      Files.writeString(file, wrong);
      InputException e = assertThrows(InputException.class, () -> RunFile.read(directory), wrong);
      assertEquals(
          file + ": not what sheaf writes of a run; delete it to start anew", e.getMessage());
    }
    assertTrue(Files.exists(file));
  }
}
