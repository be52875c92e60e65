package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchesCommandTest {
  @TempDir private Path root;
  private Path images;
  private Path out;

  @BeforeEach
  void makeInput() throws IOException {
    images = Files.createDirectory(root.resolve("in"));
    out = root.resolve("out");
    for (String file : List.of("411.jpg", "grey.png", "palette.png", "rgb.jpg", "rgb.png")) {
      try (InputStream resource = getClass().getResourceAsStream("/dev/sheaf/image/" + file)) {
        Files.copy(resource, images.resolve(file));
      }
    }
  }

  private Cli run(String... words) {
    List<String> all = new ArrayList<>(List.of("batches", images.toString(), "--out"));
    all.addAll(List.of(out.toString(), "--quiet", "--ranks", "2"));
    all.addAll(List.of(words));
    return Cli.run(all.toArray(String[]::new));
  }

  private List<String> table() throws IOException {
    return Files.readAllLines(out.resolve("batches.csv")).stream()
        .map(line -> line.replace(images + "/", ""))
        .toList();
  }

  /// The order by Python's integers from the definition, the pixels' CRC by Pillow 9.4 and zlib:
  ///
  /// ```python
  /// im = Image.open(f).convert('RGB').resize((8, 6), Image.BILINEAR)
  /// zlib.crc32(np.array(im).tobytes())
  /// ```
  @Test
  void everyImageOnceAnEpochInItsOrder() throws IOException {
    Cli cli = run("--batch", "2", "--epochs", "2", "--seed", "5", "--resize", "8x6");
    assertEquals(0, cli.status(), cli.err());
    assertEquals(out.resolve("batches.csv") + ": 10 images in batches of 2, 2 epochs\n", cli.out());
    String expected =
        """
        epoch,batch,position,file,crc32
        0,0,0,411.jpg,6696c3e7
        0,0,1,palette.png,9745c5b1
        0,1,0,grey.png,cf3b99a0
        0,1,1,rgb.png,a64edb37
        0,2,0,rgb.jpg,1809dd54
        1,0,0,rgb.png,a64edb37
        1,0,1,411.jpg,6696c3e7
        1,1,0,rgb.jpg,1809dd54
        1,1,1,palette.png,9745c5b1
        1,2,0,grey.png,cf3b99a0
        """;
    assertEquals(expected.lines().toList(), table());
  }

  /// Pillow 9.4: the CRC of `ImageOps.exif_transpose(im).convert('RGB').crop((3, 2, 13, 9))`.
  @Test
  void turnedAndCropped() throws IOException {
    List<String> crcs =
        List.of(
            "c3255460",
            "c89d7817",
            "4e270ff7",
            "eb5ad708",
            "96f65daf",
            "d29be3c7",
            "d0f808a2",
            "b89b1462");
    List<String> files = new ArrayList<>();
    for (int i = 1; i <= crcs.size(); i++) {
      String name = "exif-" + i + ".jpg";
      try (InputStream resource =
          getClass().getResourceAsStream("/dev/sheaf/image/formats/" + name)) {
        Files.copy(resource, root.resolve(name));
      }
      files.add(root.resolve(name).toString());
    }
    Path list = Files.write(root.resolve("list"), files);
    Cli cli =
        Cli.run(
            "batches",
            list + "",
            "--exif",
            "--crop",
            "10x7+3+2",
            "--batch",
            "8",
            "--out",
            out + "");
    assertEquals(0, cli.status(), cli.err());
    List<String> expected =
        IntStream.range(0, 8).mapToObj(i -> files.get(i) + "," + crcs.get(i)).sorted().toList();
    List<String> found =
        table().stream().skip(1).map(line -> line.split(",", 4)[3]).sorted().toList();
    assertEquals(expected, found);
  }

  @Test
  void theReplayHasTheOptions() throws IOException {
    Path image = Files.writeString(images.resolve("rgb.jpg"), "no image");
    Cli cli = run("--exif", "--crop", "4x3+0+0", "--resize", "2x2");
    assertEquals(1, cli.status());
    String replay =
        "replay: sheaf batches %s --exif --crop 4x3+0+0 --resize 2x2 --out ".formatted(image);
    assertTrue(cli.err().contains(replay), cli.err());
  }

  @Test
  void howLongTheLoopWaited() throws IOException {
    Path json = root.resolve("report.json");
    Cli cli =
        Cli.run(
            "batches",
            images.toString(),
            "--out",
            out.toString(),
            "--json",
            json.toString(),
            "--ranks",
            "3");
    assertTrue(cli.err().startsWith("waited for batches: mean "), cli.err());
    String text = Files.readString(json).replaceAll("\\s", "");
    assertTrue(text.matches(".*\"waited_seconds\":\\[[0-9.E-]+,[0-9.E-]+,[0-9.E-]+].*"), text);
  }

  private void truncate(String file) throws IOException {
    byte[] whole = Files.readAllBytes(images.resolve(file));
    Files.write(images.resolve(file), Arrays.copyOf(whole, whole.length / 2));
  }

  @Test
  void aTruncatedImageStopsTheRun() throws IOException {
    truncate("rgb.jpg");
    Cli cli = run("--batch", "2");
    assertEquals(1, cli.status());
    assertTrue(
        cli.err()
            .startsWith("sheaf batches: item 3 (%s) failed".formatted(images.resolve("rgb.jpg"))),
        cli.err());
    assertTrue(cli.err().contains("truncated or corrupt JPEG"), cli.err());
    assertTrue(
        cli.err().contains("replay: sheaf batches %s --out".formatted(images.resolve("rgb.jpg"))),
        cli.err());
    assertFalse(Files.exists(out.resolve("batches.csv")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void aTruncatedImageIsLeftOut(int batch) throws IOException {
    List<String> all = List.of("--batch", "" + batch, "--epochs", "2", "--seed", "5");
    assertEquals(0, run(all.toArray(String[]::new)).status());
    List<String> expected = table().stream().filter(line -> !line.contains("rgb.jpg")).toList();
    truncate("rgb.jpg");
    List<String> more = new ArrayList<>(all);
    more.addAll(List.of("--on-error", "continue", "--retries", "1"));
    Cli cli = run(more.toArray(String[]::new));
    assertEquals(1, cli.status());
    assertTrue(cli.out().contains(": 8 images in batches of "), cli.out());
    assertTrue(cli.out().endsWith("; 2 failed images left out\n"), cli.out());
    assertTrue(cli.err().contains(", after 2 attempts: "), cli.err());
    assertTrue(cli.err().contains(" (and 1 more item with this cause)"), cli.err());
    assertEquals(expected, table());
  }

  @Test
  void anImageOfAnotherSizeFails() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(image, "png", images.resolve("z.png").toFile());
    Cli cli = run();
    assertEquals(1, cli.status());
    assertTrue(
        cli.err().contains("1x1 pixels, the first image has 61x43; --resize makes all equal"),
        cli.err());
  }

  @Test
  void inputErrors() {
    assertEquals("sheaf batches: --batch 0: must be at least 1\n", misused("--batch", "0"));
    assertEquals("sheaf batches: --epochs -1: must be at least 1\n", misused("--epochs", "-1"));
    assertEquals(
        "sheaf batches: --resize 20000x20000: more than --max-pixels 268435456 pixels\n",
        misused("--resize", "20000x20000"));
    assertEquals(
        "sheaf batches: --batch 2147483647 of 60000x60000 pixels: no memory for 3 x 32400000000 bytes;"
            + " use a smaller batch or more ranks\n",
        misused("--batch", "2147483647", "--resize", "60000x60000", "--max-pixels", "3600000000"));
  }

  private String misused(String... words) {
    Cli cli = run(words);
    assertEquals(2, cli.status());
    assertFalse(Files.exists(out.resolve("batches.csv")));
    return cli.err();
  }
}
