package dev.sheaf.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {
  @TempDir Path root;

  @BeforeEach
  void files() throws IOException {
    for (String name :
        List.of(
            "10.jpg",
            "2.JPG",
            "1.jpeg",
            "b.png",
            "x.tiff",
            "notes.txt",
            ".hidden.jpg",
            "jpg",
            "sub/3.jpg",
            "sub/deep/4.jpg",
            "sub/deep/5.png",
            ".git/6.jpg",
            "empty/readme")) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  @Test
  void aDirectoryGivesItsImagesInNaturalOrder() {
    assertEquals(List.of("1.jpeg", "2.JPG", "10.jpg", "b.png", "x.tiff"), found(root.toString()));
  }

  @Test
  void aGlobGivesEveryMatch() {
    assertEquals(List.of("2.JPG", "10.jpg"), found(root + "/*.{jpg,JPG}"));
    assertEquals(List.of("notes.txt"), found(root + "/n?t[a-z]s.txt"));
    assertEquals(List.of("sub/3.jpg"), found(root + "/s*/*"));
    assertEquals(List.of("sub/deep/4.jpg", "sub/3.jpg", "10.jpg"), sortedLast(root + "/**/*.jpg"));
  }

  /// The order of paths is that of their strings, `/` before any other character.
  private List<String> sortedLast(String glob) {
    List<String> names = found(glob);
    assertEquals(names, NaturalOrder.sorted(names, name -> name));
    return names.reversed();
  }

  @Test
  void oneImage() {
    assertEquals(List.of("10.jpg"), found(root + "/10.jpg"));
  }

  @Test
  void aListGivesItsPathsInItsOrder() throws IOException {
    Path list = root.resolve("list");
    Files.writeString(list, "b/2.jpg\r\n\na/10.jpg\nb/2.jpg\nno extension\n");
    assertEquals(
        List.of("b/2.jpg", "a/10.jpg", "b/2.jpg", "no extension"),
        InputFiles.find(list.toString(), InputFiles.Kind.IMAGES).stream()
            .map(Path::toString)
            .toList());
  }

  @Test
  void errorsNameTheInputAndWhatIsWrong() throws IOException {
    Files.write(root.resolve("binary.dat"), new byte[] {(byte) 0xff, (byte) 0xd8, 0});
    assertFails("/empty", "no images in this directory");
    assertFails("/none", "no such file or directory");
    assertFails("/*.gif", "no file matches");
    assertFails("/none/*.gif", "no file matches");
    assertFails("/[", "not a pattern");
    assertFails("/notes.txt", "names no files");
    assertFails("/binary.dat", "neither a file with the extension of an image nor a list");
    assertFails("/\0", "not a path");
  }

  private List<String> found(String what) {
    return InputFiles.find(what, InputFiles.Kind.IMAGES).stream()
        .map(path -> root.relativize(path).toString())
        .toList();
  }

  private void assertFails(String name, String message) {
    String what = root + name;
    String actual =
        assertThrows(InputException.class, () -> InputFiles.find(what, InputFiles.Kind.IMAGES))
            .getMessage();
    assertTrue(actual.startsWith(what + ": ") && actual.contains(message), actual);
    assertTrue(actual.lines().count() == 1, actual);
  }
}
