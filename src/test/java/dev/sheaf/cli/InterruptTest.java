package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.Outputs;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Embedded ranks that are interrupted, or whose output nobody reads, end.
class InterruptTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  /// Starts `sheaf` in a JVM that heeds SIGINT also where the tests run in the background.
  private Process start(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(Jvm.command(List.of(), Main.class, words));
    return new ProcessBuilder(command).redirectError(directory.resolve("err").toFile()).start();
  }

  private void assertStatus(int status, Process process) throws Exception {
    assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "no end");
    assertEquals(status, process.exitValue(), Files.readString(directory.resolve("err")));
  }

  private static boolean hasPart(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> file.toString().endsWith(".part"));
    }
  }

  /// 128 + the signal's number, as of any program; of the file that was begun there is what a
  /// resumed run goes on with. After a first SIGTERM the items in hand would be finished: it takes
  /// another one.
  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aSignalLeavesNothingHalfWritten(String signal, int status) throws Exception {
    Path images = Files.createDirectory(directory.resolve("images"));
    for (int i = 0; i < 2; i++) {
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
    }
    Path out = directory.resolve("out");
    Process process =
        start(
            "load",
            images.toString(),
            "--ranks",
            "2",
            "--delay",
            "1000000",
            "--out",
            out.toString());
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!hasPart(out)) {
      assertTrue(process.isAlive() && System.nanoTime() < deadline, "no file was begun");
      Thread.onSpinWait();
    }
    do {
      new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start().waitFor();
    } while (!process.waitFor(1500, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline);
    assertStatus(status, process);
    assertEquals(List.of(), Outputs.names(out));
  }

  @Test
  void outputThatNobodyReadsIsTold() throws Exception {
    Process process =
        start("pi", "--seeds", "0..3", "--trials", "1000", "--out", directory.resolve("out") + "");
    process.getInputStream().close();
    assertStatus(2, process);
    assertEquals(
        1,
        Files.readString(directory.resolve("err"))
            .lines()
            .filter("sheaf pi: standard output can't be written: closed, or a full disk"::equals)
            .count());
  }
}
