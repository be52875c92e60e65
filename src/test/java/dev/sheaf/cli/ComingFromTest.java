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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the page for those who come from elsewhere shows, works.
class ComingFromTest {
  @TempDir private Path directory;

  /// 332833500: Python's `sum(x * x for x in range(1000))`.
  @Test
  void theProgramPrintsWhatPythonDoes() throws IOException {
    String page = Files.readString(Path.of("src/docs/coming-from.md"));
    Matcher program = Pattern.compile("(?s)```java\n(.*?)```").matcher(page);
    assertTrue(program.find());
    Path file = Files.writeString(directory.resolve("Squares.java"), program.group(1));
    List<String> words = new ArrayList<>(Jvm.command(List.of(), Main.class));
    words.set(words.size() - 1, file.toString());
    Shell shell = Shell.run(Map.of(), words.toArray(String[]::new));
    assertEquals("332833500\n", shell.out(), shell.toString());
    assertEquals(0, shell.status());
  }
}
