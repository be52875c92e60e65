package dev.sheaf.transport.mpj;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostfileTest {
  @TempDir private Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("hosts"), text);
  }

  @Test
  void spellings() throws IOException {
    Path file = file("# two nodes\nnode1 slots=2 max_slots=4 # fast\n\n  node2:1\nnode3\n");
    assertEquals(List.of("node1", "node1", "node2", "node3"), Hostfile.hosts(file, 0));
    assertEquals(List.of("node1", "node1", "node2"), Hostfile.hosts(file, 3));
    assertEquals(
        List.of("node1", "node1", "node2", "node3", "node1", "node1"), Hostfile.hosts(file, 6));
  }

  private void assertMistake(String expected, String text) throws IOException {
    Path file = file(text);
    InputException e = assertThrows(InputException.class, () -> Hostfile.hosts(file, 2));
    assertTrue(e.getMessage().endsWith(expected), e.getMessage());
  }

  @Test
  void mistakes() throws IOException {
    assertMistake(": names no host; give one a line", "# nothing\n");
    assertMistake(
        ", line 2: 'b slots=two': a line is NAME, NAME slots=N or NAME:N", "a\nb slots=two\n");
    assertMistake(", line 1: 'a:0': a line is NAME, NAME slots=N or NAME:N", "a:0");
  }

  @Test
  void noFile() {
    Path none = directory.resolve("none");
    InputException e = assertThrows(InputException.class, () -> Hostfile.hosts(none, 2));
    assertEquals("--hostfile " + none + ": cannot be read", e.getMessage());
  }
}
