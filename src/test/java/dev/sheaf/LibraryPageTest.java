package dev.sheaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.Page;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the page about the library shows, works. Its commands: `DocsIT`.
class LibraryPageTest {
  private final Page page = Page.read(Path.of("src/docs/library.md"));

  @TempDir private Path directory;

  private Shell run(String program, String... args) throws IOException {
    Path file = Files.writeString(directory.resolve("Terms.java"), program);
    List<String> words = new ArrayList<>(Jvm.command(List.of(), Sheaf.class, args));
    words.set(words.indexOf(Sheaf.class.getName()), file.toString());
    return Shell.run(Map.of(), words.toArray(String[]::new));
  }

  @Test
  void theParallelLoopPrintsWhatTheSerialOneDoes() throws IOException {
    Shell serial = run(page.block("java", 0));
    Shell parallel = run(page.block("java", 1), "--ranks", "3");
    assertTrue(serial.out().startsWith("3.14158"), serial.toString());
    assertEquals(serial.out(), parallel.out(), parallel.toString());
    assertEquals(0, parallel.status());
  }

  @Test
  void theCallsGiveWhatThePageSays() throws IOException {
    Shell shell = run(page.block("java", 2), "--ranks", "3");
    assertEquals(page.after("prints"), shell.out(), shell.toString());
    assertEquals(1, shell.status());
  }
}
