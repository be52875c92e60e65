package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sheaf.testing.Outputs;
import dev.sheaf.testing.Sha256;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadCommandTest {
  private static final int HEADER = 128;
  private static final int SMALL_IMAGE = 61 * 43 * 3;

  /// The 12 sample images of seed 0.
  @TempDir private static Path samples;

  @TempDir private Path root;

  @BeforeAll
  static void sample() {
    assertEquals(0, Cli.run("sample", "images", samples.toString(), "-n", "12").status());
  }

  private Cli load(Object what, String words) {
    return Cli.load(what, out(), words);
  }

  private Path out() {
    return root.resolve("out");
  }

  private Path npy() {
    return out().resolve("images.npy");
  }

  /// The pixels of one image of the array.
  private byte[] image(int index, int length) throws IOException {
    byte[] all = Files.readAllBytes(npy());
    return Arrays.copyOfRange(all, HEADER + index * length, HEADER + (index + 1) * length);
  }

  /// A test image, 61x43 pixels unless its name says otherwise.
  private static Path image(String name) {
    try {
      return Path.of(LoadCommandTest.class.getResource("/dev/sheaf/image/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path copy(String from, String to) throws IOException {
    Path target = root.resolve(to);
    Files.createDirectories(target.getParent());
    return Files.copy(image(from), target);
  }

  /// The whole file is what `numpy.save` writes of `numpy.stack` of Pillow's pixels of 0.jpg to
  /// 11.jpg (NumPy 1.24, Pillow 9.4, libjpeg-turbo 2.1.5), on any ranks, threads and schedule.
  @ParameterizedTest
  @CsvSource({
    "1, 1, block, 1", "1, 2, block, 1", "2, 1, block, 1", "3, 1, block, 1", "4, 2, block, 1",
    "7, 1, block, 1", "64, 1, block, 1", "2, 2, cyclic, 1", "3, 1, cyclic, 2", "2, 2, dynamic, 1",
    "7, 1, dynamic, 5", "2, 2, guided, 1", "4, 1, guided, 1", "64, 2, guided, 1"
  })
  void theFileIsNumPysOnAnyPartition(int ranks, int threads, String schedule, int chunk)
      throws IOException {
    Cli cli =
        load(
            samples,
            "--ranks %d --threads %d --schedule %s --chunk %d"
                .formatted(ranks, threads, schedule, chunk));
    assertEquals(0, cli.status(), cli.err());
    assertEquals(npy() + ": uint8 (12, 424, 424, 3)\n", cli.out());
    assertEquals("", cli.err());
    assertEquals(
        "876647ba5f0fd65ae0330e6119b4ae41348e6dd40c8d2c62d01e0a3432616a75", Sha256.of(npy()));
    assertEquals(List.of("images.npy"), Outputs.names(out()));
  }

  @Test
  void imagesOfAllKindsInNaturalOrder() throws IOException {
    copy("rgb.png", "in/10.png");
    copy("420.jpg", "in/2.JPG");
    copy("grey.tif", "in/1.tiff");
    Files.writeString(root.resolve("in/notes.txt"), "none of them");
    assertEquals(0, load(root.resolve("in"), "").status());
    assertEquals(pixels("grey.tif"), Sha256.of(image(0, SMALL_IMAGE)));
    assertEquals(pixels("420.jpg"), Sha256.of(image(1, SMALL_IMAGE)));
    assertEquals(pixels("rgb.png"), Sha256.of(image(2, SMALL_IMAGE)));
  }

  /// What `make.py` found for the pixels of a test image.
  private static String pixels(String name) throws IOException {
    return Files.readAllLines(image("pixels.tsv")).stream()
        .map(line -> line.split("\t", -1))
        .filter(row -> row[0].equals(name))
        .findFirst()
        .orElseThrow()[3];
  }

  @Test
  void oneImageAGlobAndAList() throws IOException {
    Path one = copy("420.jpg", "in/1.jpg");
    Path two = copy("rgb.png", "in/2.png");
    assertEquals(0, load(one, "").status());
    assertEquals(pixels("420.jpg"), Sha256.of(image(0, SMALL_IMAGE)));
    assertEquals(HEADER + SMALL_IMAGE, Files.size(npy()));
    assertEquals(0, load(root + "/in/*.p[mn]g", "").status());
    assertEquals(pixels("rgb.png"), Sha256.of(image(0, SMALL_IMAGE)));
    Path list = Files.write(root.resolve("list"), List.of(two.toString(), one.toString()));
    assertEquals(0, load(list, "").status());
    assertEquals(pixels("rgb.png"), Sha256.of(image(0, SMALL_IMAGE)));
    assertEquals(pixels("420.jpg"), Sha256.of(image(1, SMALL_IMAGE)));
  }

  /// Pillow's `resize((30, 21), Image.BILINEAR)` of rgb.png, from `make.py`; the second image is as
  /// large as asked for already.
  @Test
  void resized() throws IOException {
    copy("rgb.png", "in/1.png");
    Cli first = load(root.resolve("in"), "--resize 30x21");
    assertEquals(npy() + ": uint8 (1, 21, 30, 3)\n", first.out(), first.err());
    assertEquals(
        "82351aa3eb3f28f0132c1e07b1ca508721525bbd2bea75263c732e959b7564d4",
        Sha256.of(image(0, 30 * 21 * 3)));
    Files.copy(samples.resolve("0.jpg"), root.resolve("in/0.jpg"));
    Cli both = load(root.resolve("in"), "--resize 61x43 --ranks 2 --delay 1");
    assertEquals(npy() + ": uint8 (2, 43, 61, 3)\n", both.out(), both.err());
    assertEquals(pixels("rgb.png"), Sha256.of(image(1, SMALL_IMAGE)));
  }

  /// The first images of another shape are named in order, whichever rank has met them.
  @ParameterizedTest
  @CsvSource({"1, block", "3, block", "7, dynamic", "2, guided"})
  void imagesOfOtherShapes(int ranks, String schedule) throws IOException {
    for (int i = 0; i < 20; i++) {
      if (i % 3 == 1) {
        Files.copy(samples.resolve(i % 12 + ".jpg"), makeParent("in/" + i + ".jpg"));
      } else {
        copy("420.jpg", "in/" + i + ".jpg");
      }
    }
    Path in = root.resolve("in");
    Cli cli = load(in, "--ranks " + ranks + " --schedule " + schedule);
    assertEquals(2, cli.status());
    assertEquals(
        "sheaf load: 7 of 20 images do not have the size of %1$s/0.jpg (61x43): %1$s/1.jpg (424x424), %1$s/4.jpg (424x424), %1$s/7.jpg (424x424), %1$s/10.jpg (424x424), %1$s/13.jpg (424x424), ...; --resize 61x43 makes all equal\n"
            .formatted(in),
        cli.err());
    assertNothingWritten(cli);
  }

  private Path makeParent(String name) throws IOException {
    Path path = root.resolve(name);
    Files.createDirectories(path.getParent());
    return path;
  }

  /// Good images 0 and 7, and between them one of each kind of bad ones.
  private Path withBadImages() throws IOException {
    copy("420.jpg", "in/0.jpg");
    byte[] good = Files.readAllBytes(image("420.jpg"));
    Files.createFile(root.resolve("in/1.jpg"));
    Files.write(root.resolve("in/2.jpg"), Arrays.copyOf(good, good.length / 2));
    Files.writeString(root.resolve("in/3.jpg"), "GIF or JPEG?\n");
    byte[] large = good.clone();
    int frame = new String(good, StandardCharsets.ISO_8859_1).indexOf("\u00ff\u00c0");
    Arrays.fill(large, frame + 5, frame + 9, (byte) 0xff);
    Files.write(root.resolve("in/4.jpg"), large);
    Files.createDirectory(root.resolve("in/5.jpg"));
    Files.createSymbolicLink(root.resolve("in/6.jpg"), root.resolve("nowhere"));
    copy("420.jpg", "in/7.jpg");
    return root.resolve("in");
  }

  @ParameterizedTest
  @CsvSource({"1", "3"})
  void badImagesAreFailuresWithALineEach(int ranks) throws IOException {
    Path in = withBadImages();
    Files.createDirectories(out());
    Files.writeString(npy(), "from before");
    Cli cli = load(in, "--on-error continue --ranks " + ranks);
    assertEquals(1, cli.status());
    List<String> lines = cli.err().lines().toList();
    assertEquals(7, lines.size(), cli.err());
    assertAll(
        () -> assertFailure(lines.get(0), in, 1, "empty file"),
        () -> assertFailure(lines.get(1), in, 2, "truncated or corrupt JPEG: "),
        () -> assertFailure(lines.get(2), in, 3, "not an image of a known kind"),
        () -> assertFailure(lines.get(3), in, 4, "65535x65535 pixels are more than the limit"),
        () -> assertFailure(lines.get(4), in, 5, "a directory"),
        () -> assertFailure(lines.get(5), in, 6, "no such file"));
    assertEquals("sheaf load: 6 items failed, 2 done", lines.get(6));
    assertEquals(
        npy() + ": uint8 (8, 43, 61, 3), zeros in the places of 6 failed images\n", cli.out());
    for (int i = 0; i < 8; i++) {
      byte[] actual = image(i, SMALL_IMAGE);
      if (i == 0 || i == 7) {
        assertEquals(pixels("420.jpg"), Sha256.of(actual));
      } else {
        assertArrayEquals(new byte[SMALL_IMAGE], actual);
      }
    }
  }

  private static void assertFailure(String line, Path in, int item, String cause) {
    String start = "sheaf load: item %d (%s/%d.jpg) failed on rank ".formatted(item, in, item);
    assertTrue(line.startsWith(start), line);
    assertTrue(line.contains(": " + cause), line);
    assertTrue(line.contains("; replay: sheaf load " + in + "/" + item + ".jpg"), line);
  }

  @Test
  void aFailureStopsAndLeavesTheOldFile() throws IOException {
    Path in = withBadImages();
    Files.createDirectories(out());
    Files.writeString(npy(), "from before");
    Cli cli = load(in, "--ranks 1 --threads 1");
    assertEquals(1, cli.status());
    List<String> lines = cli.err().lines().toList();
    assertFailure(lines.get(0), in, 1, "empty file");
    assertEquals(
        "sheaf load: 1 item failed, 1 done, 6 not run after the first failure (--on-error continue"
            + " runs them)",
        lines.get(1));
    assertEquals("", cli.out());
    assertEquals("from before", Files.readString(npy()));
    assertEquals(List.of("images.npy"), Outputs.names(out()));
  }

  @Test
  void aFailureLeavesTheOldFileEvenIfAllOthersWereDone() throws IOException {
    copy("420.jpg", "in/0.jpg");
    Files.createFile(root.resolve("in/1.jpg"));
    Cli cli = load(root.resolve("in"), "--ranks 1 --threads 1");
    assertTrue(cli.err().endsWith("sheaf load: 1 item failed, 1 done\n"), cli.err());
    assertNothingWritten(cli);
  }

  @Test
  void aBadFirstImageDoesNotDecideTheShape() throws IOException {
    Files.createFile(makeParent("in/0.jpg"));
    copy("420.jpg", "in/1.jpg");
    Cli cli = load(root.resolve("in"), "--on-error continue");
    assertEquals(1, cli.status());
    assertTrue(cli.out().startsWith(npy() + ": uint8 (2, 43, 61, 3), zeros in"), cli.out());
  }

  @Test
  void nothingIsWrittenOfBadImagesAlone() throws IOException {
    Files.createFile(makeParent("in/0.jpg"));
    Files.createFile(makeParent("in/1.jpg"));
    Cli cli = load(root.resolve("in"), "--on-error continue");
    assertEquals(1, cli.status());
    assertTrue(cli.err().contains("empty file (and 1 more item with this cause)"), cli.err());
    assertNothingWritten(cli);
  }

  @Test
  void theLimitOfPixels() {
    Cli cli = load(samples, "--max-pixels 1000");
    assertEquals(1, cli.status());
    assertTrue(
        cli.err().contains("424x424 pixels are more than the limit of 1000 pixels"), cli.err());
    assertNothingWritten(cli);
  }

  @Test
  void inputErrors() throws IOException {
    Path empty = Files.createDirectory(root.resolve("empty"));
    assertInputError(load(empty, ""), empty + ": no images in this directory");
    assertInputError(load(root.resolve("none"), ""), "none: no such file or directory");
    assertInputError(load("", ""), "the name is empty");
    assertInputError(load(root + "/*.jpg", ""), "/*.jpg: no file matches");
    assertInputError(load(samples, "--resize 10"), "--resize 10: not WIDTHxHEIGHT");
    assertInputError(load(samples, "--resize 0x10"), "--resize 0x10: not WIDTHxHEIGHT");
    assertInputError(
        load(samples, "--resize 100x100 --max-pixels 9999"), "--resize 100x100: more than");
    assertInputError(load(samples, "--delay -1"), "--delay -1: must not be negative");
    assertInputError(load(samples, "--max-pixels 0"), "--max-pixels 0: must be at least 1");
    assertInputError(load(samples, "--resise 10x10"), "did you mean");
    assertInputError(Cli.run("load"), "DIR|GLOB|LIST");
    Path file = Files.createFile(root.resolve("file"));
    assertInputError(
        Cli.run("load", samples.toString(), "--out", file.toString()),
        "--out " + file + ": is a file");
    assertInputError(
        Cli.run("load", samples.toString(), "--out", file + "/in"),
        "--out " + file + "/in: no such directory, nor can it be made");
    assertInputError(load(samples, "--json " + empty), "--json " + empty + ": exists and is not");
  }

  private void assertInputError(Cli cli, String message) {
    assertEquals(2, cli.status(), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().startsWith("sheaf") && cli.err().contains(message), cli.err());
    assertNothingWritten(cli);
  }

  private void assertNothingWritten(Cli cli) {
    assertEquals("", cli.out());
    assertEquals(List.of(), Outputs.names(out()));
  }

  /// It would be overwritten at the end, and a run that was there before lost.
  @Test
  void theReportIsNotTheRunsOwnRecord() throws IOException {
    Files.createDirectories(out());
    Files.createSymbolicLink(root.resolve("elsewhere"), out());
    for (String directory : List.of(out().toString(), root + "/elsewhere", root + "/./out")) {
      assertInputError(
          load(samples, "--json " + directory + "/run.json"), "is the run's own record");
    }
    Path other = root.resolve("run.json");
    assertEquals(0, load(samples, "--json " + other).status());
    assertTrue(Files.exists(other) && Files.exists(out().resolve("run.json")));
  }

  @Test
  void report() throws IOException {
    Path json = root.resolve("report.json");
    assertEquals(0, load(samples, "--json " + json).status());
    JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
    assertEquals(12, report.get("items").getAsLong());
    assertEquals(12L * 424 * 424 * 3, report.get("bytes").getAsLong());
    JsonObject results = report.getAsJsonObject("results");
    assertEquals(npy().toString(), results.get("file").getAsString());
    assertEquals("[12,424,424,3]", results.get("shape").toString());
    String decoder = results.get("jpeg_decoder").getAsString();
    assertTrue(decoder.matches("ImageIO|libjpeg-turbo .*"), decoder);
  }
}
