package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `pipeline` and `brightness`. Expected are the figures of NumPy 1.24 and Pillow 9.4:
///
/// ```python
/// im = np.array(Image.open(f).convert('RGB'))
/// s = np.sin(im.astype(float)); s.sum(); s.sum(axis=(0, 1)); np.median(im, axis=(0, 1))
/// ```
class ImageTableTest {
  private static final List<String> FILES =
      List.of("411.jpg", "grey.png", "palette.png", "rgb.jpg", "rgb.png");

  @TempDir private Path root;
  private Path images;
  private Path out;

  @BeforeEach
  void makeInput() throws IOException {
    images = Files.createDirectory(root.resolve("in"));
    out = root.resolve("out");
    for (String file : FILES) {
      try (InputStream resource = getClass().getResourceAsStream("/dev/sheaf/image/" + file)) {
        Files.copy(resource, images.resolve(file));
      }
    }
  }

  private Cli run(String command, String... words) {
    List<String> all = new ArrayList<>(List.of(command, images.toString()));
    all.addAll(List.of("--quiet", "--ranks", "2", "--out", out.toString()));
    all.addAll(List.of(words));
    return Cli.run(all.toArray(String[]::new));
  }

  private void assertTable(String name, String columns, double[][] expected) throws IOException {
    List<String> lines = Files.readAllLines(out.resolve(name));
    assertEquals("file," + columns, lines.getFirst());
    assertEquals(1 + FILES.size(), lines.size());
    for (int i = 0; i < FILES.size(); i++) {
      String[] fields = lines.get(i + 1).split(",", -1);
      assertEquals(images.resolve(FILES.get(i)).toString(), fields[0]);
      for (int k = 0; k < expected[i].length; k++) {
        assertEquals(expected[i][k], Double.parseDouble(fields[k + 1]), 1e-10);
      }
    }
  }

  @Test
  void sumsOfSines() throws IOException {
    Cli cli = run("pipeline");
    assertEquals(0, cli.status(), cli.err());
    assertEquals(out.resolve("pipeline.csv") + ": 5 images, sum\n", cli.out());
    assertTable(
        "pipeline.csv",
        "sum",
        new double[][] {
          {49.08532979984945},
          {-300.2467662408379},
          {40.959508803671056},
          {-50.73103755223477},
          {-151.55812397810178}
        });
  }

  @Test
  void sumsOfSinesByChannel() throws IOException {
    assertEquals(0, run("pipeline", "--per-channel").status());
    assertTable(
        "pipeline.csv",
        "red,green,blue",
        new double[][] {
          {-28.29702353092615, 16.86700444388359, 60.51534888689191},
          {-100.08225541361283, -100.08225541361283, -100.08225541361283},
          {96.90411452917789, 16.95193284840965, -72.89653857391585},
          {-40.12350289655061, -10.664572850733077, 0.057038195048935314},
          {-27.129777045895334, -97.54963630289548, -26.878710629311126}
        });
  }

  @Test
  void medians() throws IOException {
    Cli cli = run("brightness");
    assertEquals(0, cli.status(), cli.err());
    double[][] expected = {
      {119, 149, 115}, {136, 136, 136}, {107, 145, 97}, {121, 150, 109}, {120, 150, 109}
    };
    assertTable("brightness.csv", "red,green,blue", expected);
    ByteBuffer npy =
        ByteBuffer.wrap(Files.readAllBytes(out.resolve("brightness.npy")))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(128 + 5 * 3 * 8, npy.capacity());
    for (int i = 0; i < 15; i++) {
      assertEquals(expected[i / 3][i % 3], npy.getDouble(128 + 8 * i));
    }
  }

  @Test
  void histogramOfTheMedians() throws IOException {
    assertEquals(0, run("brightness").status());
    BufferedImage png = ImageIO.read(out.resolve("brightness.png").toFile());
    assertEquals(1600, png.getWidth());
    String svg = Files.readString(out.resolve("brightness.svg"));
    assertTrue(svg.contains(">Median brightness of 5 images<"), svg);
    assertTrue(svg.contains(">images<"), svg);
    // Medians are 97 to 150: bins from 96 to 151, where 136 is that of one image in each colour.
    double x = 72 + (136 - 95.5) / 56 * 704;
    assertEquals(0xb4ccc6, png.getRGB((int) (2 * x), 760) & 0xffffff);
    assertEquals(0xffffff, png.getRGB((int) (2 * x) + 50, 760) & 0xffffff);
  }

  @Test
  void aFailedImageHasNoNumbers() throws IOException {
    Files.writeString(images.resolve("a \"broken\", one.jpg"), "no image");
    Cli stopped = run("brightness");
    assertEquals(1, stopped.status());
    assertFalse(Files.exists(out.resolve("brightness.csv")));
    Cli cli = run("brightness", "--on-error", "continue");
    assertEquals(1, cli.status());
    assertTrue(cli.out().endsWith("; nothing for 1 failed image\n"), cli.out());
    String svg = Files.readString(out.resolve("brightness.svg"));
    assertTrue(svg.contains(">Median brightness of 5 images<"), svg);
    List<String> lines = Files.readAllLines(out.resolve("brightness.csv"));
    assertEquals(
        "\"%s/a \"\"broken\"\", one.jpg\",,,".formatted(images),
        lines.stream().filter(line -> line.contains("broken")).findFirst().orElseThrow());
    double[] numbers = new double[18];
    ByteBuffer.wrap(Files.readAllBytes(out.resolve("brightness.npy")), 128, 18 * 8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asDoubleBuffer()
        .get(numbers);
    assertEquals(3, Arrays.stream(numbers).filter(Double::isNaN).count());
  }

  @Test
  void inputErrors() {
    Cli limit = run("pipeline", "--max-pixels", "0");
    assertEquals(2, limit.status());
    assertEquals("sheaf pipeline: --max-pixels 0: must be at least 1\n", limit.err());
    Cli none = Cli.run("brightness", root.resolve("none").toString(), "--out", out.toString());
    assertEquals(2, none.status());
    assertEquals(
        "sheaf brightness: %s: no such file or directory\n".formatted(root.resolve("none")),
        none.err());
    assertFalse(Files.exists(out));
  }
}
