package dev.sheaf.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.InputException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path dir;

  private List<Path> files() throws IOException {
    try (var files = Files.list(dir)) {
      return files.toList();
    }
  }

  @Test
  void appearsWholeWhenCommitted() throws Exception {
    Path target = dir.resolve("a.bin");
    try (OutputFile file = OutputFile.create(target, 8)) {
      assertEquals(8, Files.size(file.path()));
      assertEquals(dir.toRealPath(), file.path().getParent().toRealPath());
      Thread other =
          new Thread(() -> {
            try (OutputFile joined = OutputFile.join(file.path())) {
              joined.write(MemorySegment.ofArray(new byte[] {4, 5, 6, 7}), 4);
            }
          });
      other.start();
      file.write(ByteBuffer.wrap(new byte[] {9, 0, 1, 2, 3, 9}, 1, 4), 0);
      other.join();
      assertFalse(Files.exists(target));
      file.commit();
    }
    assertArrayEquals(new byte[] {0, 1, 2, 3, 4, 5, 6, 7}, Files.readAllBytes(target));
    assertEquals(List.of(target), files());
  }

  @Test
  void leavesNothingWithoutCommit() throws IOException {
    Path target = Files.writeString(dir.resolve("a.txt"), "before");
    try (OutputFile file = OutputFile.create(target, 100)) {
      file.write(ByteBuffer.wrap(new byte[50]), 0);
    }
    assertEquals("before", Files.readString(target));
    assertEquals(List.of(target), files());
  }

  @Test
  void replacesTheFileThatALinkNames() throws IOException {
    Path real = Files.writeString(dir.resolve("real"), "before");
    Path link = Files.createSymbolicLink(dir.resolve("link"), real);
    OutputFile.write(link, "after".getBytes(StandardCharsets.UTF_8));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("after", Files.readString(real));
  }

  @Test
  void hasTheUsersPermissions() throws IOException {
    Path usual = Files.createFile(dir.resolve("usual"));
    Path target = dir.resolve("a");
    OutputFile.write(target, new byte[0]);
    assertEquals(
        PosixFilePermissions.toString(Files.getPosixFilePermissions(usual)),
        PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
    assertEquals(0, Files.size(target));
  }

  /// A program that ends in the middle leaves no part file: this one, in a JVM of its own.
  static final class EndsInTheMiddle {
    private EndsInTheMiddle() {}

    public static void main(String[] args) {
      OutputFile.create(Path.of(args[0]), 1000);
      System.exit(5);
    }
  }

  @Test
  void leavesNothingWhenTheProgramEnds() throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EndsInTheMiddle.class.getName(),
                dir.resolve("a").toString())
            .inheritIO()
            .start();
    assertEquals(5, program.waitFor());
    assertEquals(List.of(), files());
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertError("missing/a: can't be written: no such file", dir.resolve("missing/a"), 1);
    Path file = Files.createFile(dir.resolve("file"));
    assertError("file/a: can't be written: Not a directory", file.resolve("a"), 1);
    assertError("not a regular file", dir, 1);
    assertError("not a regular file", Path.of("/dev/null"), 1);
    assertError("needs 4611686018427387904 bytes", dir.resolve("a"), 1L << 62);
    assertEquals(List.of(file), files());
  }

  private static void assertError(String message, Path target, long bytes) {
    InputException e =
        assertThrows(InputException.class, () -> OutputFile.create(target, bytes).close());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
