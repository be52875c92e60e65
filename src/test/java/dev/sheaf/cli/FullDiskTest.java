package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Needs;
import dev.sheaf.testing.Outputs;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Output to a file system that is full or read-only: a tmpfs, so this needs root.
class FullDiskTest {
  private static final int SIZE = 64 << 10;

  @TempDir private static Path images;
  @TempDir private Path disk;

  @BeforeAll
  static void sample() {
    Cli cli = Cli.run("sample", "images", images.toString(), "-n", "12", "--quiet");
    assertEquals(0, cli.status(), cli.err());
  }

  @BeforeEach
  void mount() {
    Shell mount = mount("-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", disk.toString());
    Needs.that(mount.status() == 0, "needs the right to mount a tmpfs");
  }

  @AfterEach
  void unmount() {
    Shell.run(Map.of(), "umount", "-l", disk.toString());
  }

  private static Shell mount(String... words) {
    return Shell.run(
        Map.of(), Stream.concat(Stream.of("mount"), Stream.of(words)).toArray(String[]::new));
  }

  private Cli run(String command) {
    String words = command.replace("IN", images.toString()) + " --quiet --ranks 2 --out " + disk;
    return Cli.run(words.split(" "));
  }

  private List<Path> files() throws IOException {
    return Outputs.under(disk);
  }

  /// All that is written is whole: what the same command writes elsewhere. With more room the run
  /// goes on.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "load IN",
        "brightness IN",
        "noise -n 20",
        "noise -n 20 --format npy",
        "flip IN --to pdf",
        "flip IN --to pdf --on-error continue",
        "flip IN --to pdf --one-file",
        "flip IN --to png",
        "flip IN --to jpeg"
      })
  void full(String command, @TempDir Path roomy) throws IOException {
    boolean small = command.startsWith("brightness");
    if (small) {
      Files.write(disk.resolve("filler"), new byte[SIZE]);
    }
    Cli cli = run(command);
    assertTrue(cli.status() == 1 || cli.status() == 2, cli.toString());
    assertTrue(
        cli.err().contains("can't be written: No space left on device")
            || cli.err().contains("can't be written: it needs"),
        cli.err());
    assertTrue(cli.err().lines().allMatch(line -> line.startsWith("sheaf ")), cli.err());
    Cli.run((command.replace("IN", images.toString()) + " --quiet --out " + roomy).split(" "));
    for (Path file : files()) {
      if (!file.endsWith("filler")) {
        Path whole = roomy.resolve(disk.relativize(file));
        assertEquals(-1, Files.mismatch(whole, file), file.toString());
      }
    }
    assertEquals(0, mount("-o", "remount,size=64m", disk.toString()).status());
    Files.deleteIfExists(disk.resolve("filler"));
    Cli again = run(command + " --resume");
    assertEquals(0, again.status(), again.err());
    assertEquals(Outputs.names(roomy), Outputs.names(disk));
    for (Path file : Outputs.under(roomy)) {
      assertEquals(-1, Files.mismatch(file, disk.resolve(roomy.relativize(file))), file.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "load IN",
        "brightness IN",
        "noise -n 20",
        "noise -n 20 --format npy",
        "flip IN --to pdf",
        "flip IN --to pdf --one-file"
      })
  void readOnly(String command) throws IOException {
    assertEquals(0, mount("-o", "remount,ro", disk.toString()).status());
    Cli cli = run(command);
    assertEquals(2, cli.status());
    assertEquals(
        "sheaf %s: --out %s: permission denied or read-only; give another directory\n"
            .formatted(command.split(" ", 2)[0], disk),
        cli.err());
    assertEquals(List.of(), files());
  }

  /// What many items have gathered is in the journal for a resume alone.
  @Test
  void aRecordWithoutRoomIsToldAndTheRunGoesOn() throws IOException {
    String command = "stats --normal 400x500 --seed 1 --quantiles 0.5";
    Cli cli = run(command);
    assertEquals(0, cli.status(), cli.toString());
    assertTrue(
        cli.err()
            .contains(
                ".journal: can't be written: No space left on device; the run goes on, but a resume"
                    + " does such items again\n"),
        cli.err());
    Cli roomy = Cli.run((command + " --quiet").split(" "));
    assertEquals(roomy.out(), cli.out());
  }
}
