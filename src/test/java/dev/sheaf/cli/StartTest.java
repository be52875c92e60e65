package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.journal.Program;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Ranks that were not started alike.
class StartTest {
  @TempDir private Path directory;

  /// Two commands as one job: rank 0 runs the first, the other the second.
  private static Ended run(MpiLauncher launcher, List<String> first, List<String> second) {
    List<String> words = new ArrayList<>(first);
    words.addAll(List.of(":", "-n", "1"));
    words.addAll(second);
    return launcher.start(1, Map.of(), words).await(Duration.ofSeconds(60));
  }

  private static void assertTold(Ended ended, String... parts) {
    assertEquals(2, ended.status(), ended.toString());
    String told =
        ended.err().lines().filter(line -> line.startsWith("sheaf: ")).toList().toString();
    for (String part : parts) {
      assertTrue(told.contains(part), part + " is not in " + ended);
    }
    assertEquals("", ended.out());
  }

  @ParameterizedTest
  @EnumSource
  void otherWords(MpiLauncher launcher) {
    assertTold(
        run(
            launcher,
            MpiLauncher.java(Main.class, "hello", "--seed", "1"),
            MpiLauncher.java(Main.class, "hello", "--seed", "2")),
        "[sheaf: ranks differ in command line: rank 0 on ",
        " has 'sheaf hello --seed 1', rank 1 on ",
        " has 'sheaf hello --seed 2'; start them with the same words]");
  }

  @ParameterizedTest
  @EnumSource
  void anotherDirectory(MpiLauncher launcher) {
    List<String> elsewhere = MpiLauncher.java(Main.class, "hello");
    elsewhere.addAll(1, List.of("-C", directory.toString()));
    assertTold(
        run(launcher, MpiLauncher.java(Main.class, "hello"), elsewhere),
        "[sheaf: ranks differ in working directory: rank 0 on ",
        " has " + System.getProperty("user.dir") + ", rank 1 on ",
        " has " + directory + "; start them in a directory that is there on all hosts]");
  }

  @ParameterizedTest
  @EnumSource
  void anotherJar(MpiLauncher launcher) throws IOException {
    Path jar = jar("old.jar", "text");
    List<String> older = MpiLauncher.java(Main.class, "hello");
    int classPath = older.indexOf("-cp") + 1;
    older.set(classPath, older.get(classPath) + ":" + jar);
    assertTold(
        run(launcher, MpiLauncher.java(Main.class, "hello"), older),
        "[sheaf: ranks differ in version: rank 0 on ",
        jar + " (checksum ",
        "; install the same jar on all hosts]");
  }

  @Test
  void aJarIsKnownByWhatIsInItNotByWhereItIs() throws IOException {
    Path jar = jar("a.jar", "text");
    Path copy = Files.copy(jar, directory.resolve("b.jar"));
    Path other = jar("c.jar", "Text");
    assertEquals(Files.size(jar), Files.size(other));
    assertEquals(Program.checksum(jar.toString()), Program.checksum(copy.toString()));
    assertNotEquals(Program.checksum(jar.toString()), Program.checksum(other.toString()));
    assertNotEquals(Program.checksum(jar.toString()), Program.checksum(jar + ":" + copy));
    assertEquals(
        Program.checksum(jar.toString()), Program.checksum(directory + ":" + jar + ":none.jar"));
  }

  private Path jar(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      JarEntry entry = new JarEntry("entry");
      entry.setTime(0);
      jar.putNextEntry(entry);
      jar.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      jar.closeEntry();
    }
    return file;
  }
}
