package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleImagesCommandTest {
  @TempDir private Path root;

  private static Cli sample(Path directory, String words) {
    String[] all =
        Stream.concat(
                Stream.of("sample", "images", directory.toString()), Stream.of(words.split(" ")))
            .toArray(String[]::new);
    return Cli.run(all);
  }

  /// `python3 sample_images.py hubble_deep_field.jpg 12 SEED` (Pillow 9.4, cjpeg 2.1.5), beside the
  /// test's resources.
  @ParameterizedTest
  @CsvSource({
    "0, 1, 21ab9c6cbf17debc790a2d6ef810a02a1bfe9174ca0caa97f791350cf8f240e0",
    "0, 3, 21ab9c6cbf17debc790a2d6ef810a02a1bfe9174ca0caa97f791350cf8f240e0",
    "5, 2, ae2d300d090acaffcb77cab4c0fc8e47420cd5c360c66e62233261ce67ed2422"
  })
  void stampsAreThoseOfPillowAndCjpeg(long seed, int ranks, String sha256) throws IOException {
    Path directory = root.resolve("images");
    Cli cli = sample(directory, "-n 12 --quiet --seed " + seed + " --ranks " + ranks);
    assertEquals(0, cli.status(), cli.err());
    assertEquals(directory + ": 12 images of 424x424 pixels\n", cli.out());
    assertEquals("", cli.err());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 12; i++) {
      all.write(Files.readAllBytes(directory.resolve(i + ".jpg")));
    }
    assertEquals(sha256, Sha256.of(all.toByteArray()));
    assertEquals(13, directory.toFile().list().length);
    assertTrue(Files.readString(directory.resolve(".sample.txt")).contains("HubbleSite 2012-37"));
  }

  @Test
  void whatIsThereIsKept() throws IOException {
    sample(root, "-n 5 --quiet");
    byte[] third = Files.readAllBytes(root.resolve("3.jpg"));
    Files.delete(root.resolve("3.jpg"));
    Files.writeString(root.resolve("4.jpg"), "mine");
    Cli again = sample(root, "-n 5 --quiet");
    assertEquals(root + ": 5 images of 424x424 pixels, 4 of them were there\n", again.out());
    assertArrayEquals(third, Files.readAllBytes(root.resolve("3.jpg")));
    assertEquals("mine", Files.readString(root.resolve("4.jpg")));
  }

  @Test
  void directoriesWithOtherThingsAreLeftAlone() throws IOException {
    sample(root, "-n 2 --quiet");
    assertFails(sample(root, "-n 3"), "has another sample in it (see ");
    assertFails(sample(root, "-n 2 --seed 1"), "has another sample in it (see ");
    Path other = Files.createDirectory(root.resolve("other"));
    Files.createFile(other.resolve("0.jpg"));
    assertFails(sample(other, "-n 1"), "has other files in it; give a new or empty directory");
    assertEquals(0, Files.size(other.resolve("0.jpg")));
    assertFails(sample(other.resolve("0.jpg"), "-n 1"), "not a directory");
  }

  @Test
  void noneAndFewerThanNone() {
    Cli none = sample(root.resolve("none"), "-n 0");
    assertEquals(0, none.status(), none.err());
    assertTrue(none.out().contains(": 0 images"), none.out());
    assertFails(sample(root, "-n -1"), "-n -1: must not be negative");
    assertFails(Cli.run("sample"), "images");
    assertFalse(Files.exists(root.resolve(".sample.txt")));
  }

  private static void assertFails(Cli cli, String message) {
    assertEquals(2, cli.status(), cli.err());
    assertEquals(List.of(), cli.out().lines().toList());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().startsWith("sheaf") && cli.err().contains(message), cli.err());
  }
}
