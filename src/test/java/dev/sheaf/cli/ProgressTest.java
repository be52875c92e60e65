package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On a pseudo terminal, which `script` (util-linux) makes.
class ProgressTest {
  @TempDir Path directory;

  /// Four jobs of a second each, on a terminal.
  private String onATerminal(String... more) throws IOException {
    Path jobs =
        Files.writeString(directory.resolve("jobs"), "sleep 1\nsleep 1\nsleep 1\nsleep 1\n");
    List<String> words = new ArrayList<>(List.of("jobs", jobs.toString(), "--threads", "1"));
    words.addAll(List.of("--out", directory.resolve("out").toString()));
    words.addAll(List.of(more));
    String command =
        Jvm.command(List.of(), Main.class, words.toArray(String[]::new)).stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    Shell shell =
        Shell.run(Map.of("TERM", "xterm"), "script", "-qec", command, directory + "/typescript");
    assertEquals(0, shell.status(), shell.toString());
    return shell.out();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void oneLineForAllRanks(int ranks) throws IOException {
    String text = onATerminal("--ranks", Integer.toString(ranks));
    String line = " of 4 items \\([0-9]+%\\).*, [12] of " + (ranks == 1 ? "1 rank" : "2 ranks");
    assertTrue(text.matches("(?s).*[0-3]" + line + " busy\033\\[K\r.*"), text);
    assertTrue(text.indexOf("\033[K\r\033[K") < text.indexOf("phase "), text);
  }

  @Test
  void alsoWithoutAWatchdog() throws IOException {
    String text = onATerminal("--ranks", "2", "--stall", "0");
    assertTrue(text.matches("(?s).* of 4 items .*, [12] of 2 ranks busy.*"), text);
  }

  @Test
  void nothingWithQuiet() throws IOException {
    String text = onATerminal("--ranks", "2", "--quiet");
    assertEquals(-1, text.indexOf("items"), text);
  }
}
