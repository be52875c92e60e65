package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.random.KeyedRandom;
import dev.sheaf.random.Normals;
import dev.sheaf.testing.Outputs;
import dev.sheaf.testing.Sha256;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Expected are the bits of SciPy 1.10.1 on x86-64; `convolve/make.py` says how.
class ConvolveCommandTest {
  private static final Path IMAGES = Path.of("src/test/resources/dev/sheaf/cli/convolve");
  private static final String FILTERS = " --filters " + IMAGES.resolve("filters-4x4.npy");

  @TempDir private Path dir;

  private Cli convolve(String words) {
    return Cli.run(
        Stream.concat(
                Stream.of("convolve", "--quiet", "--out", dir.resolve("out").toString()),
                Stream.of(words.split(" ", -1)))
            .toArray(String[]::new));
  }

  private byte[] data(Cli cli) throws IOException {
    assertEquals(0, cli.status(), cli.err());
    assertEquals("", cli.err());
    byte[] npy = Files.readAllBytes(dir.resolve("out/convolved.npy"));
    return Arrays.copyOfRange(npy, 128, npy.length);
  }

  private double[] doubles(Cli cli) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(data(cli)).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[bytes.capacity() / Double.BYTES];
    bytes.asDoubleBuffer().get(values);
    return values;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--ranks 1 --threads 1",
        "--ranks 3 --threads 2 --schedule guided",
        "--ranks 2 --threads 2 --split image --schedule dynamic --iterations 2",
        "--ranks 3 --threads 2 --split image --source scatter"
      })
  void hasTheBitsOfSciPy(String how) throws IOException {
    for (String line : Files.readAllLines(IMAGES.resolve("convolved.tsv"))) {
      String[] cells = line.split("\t", -1);
      String words =
          "%s --filters %s --mode %s --stride %s "
              .formatted(IMAGES.resolve(cells[0]), IMAGES.resolve(cells[1]), cells[2], cells[3]);
      Cli cli = convolve(words + how);
      assertEquals(cells[5], Sha256.of(data(cli)), words);
      assertEquals(
          "%s: float64 %s\n".formatted(dir.resolve("out/convolved.npy"), cells[4]), cli.out());
    }
  }

  /// `convolve2d([[1, 2], [3, 4]], [[1, 10], [100, 1000]])`.
  @Test
  void theFilterIsTurned() throws IOException {
    Path image = array("image.npy", new double[] {1, 2, 3, 4}, 2, 2);
    Path filter = array("filter.npy", new double[] {1, 10, 100, 1000}, 2, 2);
    assertArrayEquals(
        new double[] {1, 12, 20, 103, 1234, 2040, 300, 3400, 4000},
        doubles(convolve(image + " --filters " + filter)));
  }

  /// A filter of 1x1 is a factor: so the random image and filters can be seen.
  @ParameterizedTest
  @ValueSource(strings = {"", " --split image", " --split image --source scatter"})
  void randomImageAndFilters(String split) throws IOException {
    double[] values =
        doubles(convolve("--random 30x41 --filters 1x1 --count 3 --seed 7 --ranks 2" + split));
    double[] image = new double[30 * 41];
    Normals.fill(7, 0, image);
    for (int f = 0; f < 3; f++) {
      double[] filter = new double[1];
      Normals.fill(KeyedRandom.of(7, f).nextLong(), 0, filter);
      for (int i = 0; i < image.length; i++) {
        assertEquals(image[i] * filter[0], values[f * image.length + i]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"filters", "image"})
  void zeros(String split) throws IOException {
    String words = "--zeros 70x30 --filters 4x4 --count 9 --stride 5 --split " + split;
    assertArrayEquals(new double[9 * 15 * 7], doubles(convolve(words)));
  }

  @Test
  void filtersAreKeyedByTheirIndex() throws IOException {
    double[] three = doubles(convolve("--random 9x9 --filters 3x5 --count 3 --seed 4"));
    double[] seven = doubles(convolve("--random 9x9 --filters 3x5 --count 7 --seed 4"));
    assertArrayEquals(three, Arrays.copyOf(seven, three.length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"filters", "image"})
  void aPictureOf65500Columns(String split) throws IOException {
    BufferedImage image = new BufferedImage(65500, 2, BufferedImage.TYPE_BYTE_GRAY);
    for (int x = 0; x < 65500; x++) {
      image.getRaster().setSample(x, 1, 0, x % 251);
    }
    Path file = dir.resolve("wide.png");
    ImageIO.write(image, "png", file.toFile());
    Path filter = array("filter.npy", new double[] {1, 0, 2}, 1, 1, 3);
    double[] values =
        doubles(convolve(file + " --mode same --filters " + filter + " --split " + split));
    assertEquals(2 * 65500, values.length);
    for (int x = 0; x < 65500; x++) {
      double right = x < 65499 ? (x + 1) % 251 : 0;
      double left = x > 0 ? 2 * ((x - 1) % 251) : 0;
      assertEquals(left + right, values[65500 + x]);
    }
  }

  @Test
  void aStrideLargerThanTheImageKeepsOnePlace() throws IOException {
    double[] whole = doubles(convolve(IMAGES.resolve("float64.npy") + FILTERS));
    double[] corner =
        doubles(convolve(IMAGES.resolve("float64.npy") + FILTERS + " --stride 2147483647"));
    assertArrayEquals(new double[] {whole[0]}, Arrays.copyOf(corner, 1));
    assertEquals(4, corner.length);
  }

  // ---- bad input ----

  private Path array(String name, double[] values, long... shape) throws IOException {
    NpyHeader header = NpyHeader.of(DType.FLOAT64, shape);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(header.dataOffset()) + values.length * Double.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header.bytes());
    bytes.asDoubleBuffer().put(values);
    return Files.write(dir.resolve(name), bytes.array());
  }

  private void assertRefused(String words, String message) throws IOException {
    Cli cli = convolve(words);
    assertEquals(2, cli.status(), cli.err());
    assertEquals("", cli.out());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().startsWith("sheaf convolve: ") && cli.err().contains(message), cli.err());
    assertFalse(Files.exists(dir.resolve("out/convolved.npy")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--zeros 9x9 --filters 3x3 --stride 0    | --stride 0: must be at least 1",
        "--zeros 9x9 --filters 3x3 --stride -5   | --stride -5: must be at least 1",
        "--zeros 9x9 --filters 3x3 --iterations 0 | --iterations 0: must be at least 1",
        "--zeros 9x9 --filters 3x3 --count 0     | --filters 3x3 --count 0: no filters",
        "--zeros 9x9 --filters 0x3               | --filters 0x3: not ROWSxCOLUMNS",
        "--zeros 9x0 --filters 3x3               | --zeros 9x0: not ROWSxCOLUMNS",
        "--zeros 9x9 --filters 10x3 --mode valid | no filter of 10x3 lies within an image of 9x9",
        "--zeros 9x9 --filters 3x10 --mode valid | no filter of 3x10 lies within an image of 9x9",
        "--zeros 9x9 --filters 3x3 --mode wrap   | Invalid value for option '--mode'",
        "--zeros 9x9                             | Missing required option",
        "--filters 3x3                           | which image?",
        "--zeros 9x9 --random 9x9 --filters 3x3  | which image?",
        "--zeros 9x9 --filters 9999x9999         | more than 16777216 elements",
        "--zeros 9x9 --filters none.npy          | none.npy: can't be read: no such file",
        "--zeros 9x9 --filters f.npy --count 2   | --count 2: for random filters",
        "--zeros 9x9 --filters 3x3 --source scatter | --source scatter: for --split image",
        "none.jpg --filters 3x3                  | none.jpg: no such file",
        "none.npy --filters 3x3                  | none.npy: can't be read: no such file",
        "--zeros 999999999x999999999 --filters 3x3 | give --split image",
        "--zeros 999999999x999999999 --filters 3x3 --split image | can't be written: it needs",
        "--zeros 999999999x999999999 --filters 3x3 --count 2 --split image | an output of more than"
      })
  void mistakesInWords(String words, String message) throws IOException {
    assertRefused(words, message);
  }

  @Test
  void badFiles() throws IOException {
    String image = IMAGES.resolve("float64.npy").toString();
    Path line = array("line.npy", new double[3], 3);
    Path none = array("none.npy", new double[0], 0, 3, 3);
    Path empty = array("empty.npy", new double[0], 5, 0);
    assertRefused(
        image + " --filters " + image.replace("float64", "float32"), "filters of float32");
    assertRefused(image + " --filters " + line, "filters of 1 dimension;");
    assertRefused(image + " --filters " + none, "none.npy: no filters");
    assertRefused(line + " --filters 3x3", "an array of 1 dimension;");
    assertRefused(empty + " --filters 3x3", "no pixels: 5x0");
    Path broken = Files.writeString(dir.resolve("broken.jpg"), "no image");
    assertRefused(broken + " --filters 3x3", "broken.jpg: ");
    byte[] jpeg = Files.readAllBytes(Path.of("src/test/resources/dev/sheaf/image/rgb.jpg"));
    Path cut = Files.write(dir.resolve("cut.jpg"), Arrays.copyOf(jpeg, jpeg.length * 2 / 3));
    assertRefused(cut + " --filters 3x3", "cut.jpg: ");
    assertRefused(cut + " --filters 3x3 --split image --ranks 2", "cut.jpg: ");
    byte[] npy = Files.readAllBytes(Path.of(image));
    String text = new String(npy, 0, 128, StandardCharsets.ISO_8859_1);
    byte[] fortran = text.replace("False", "True ").getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(fortran, 0, npy, 0, 128);
    Path columns = Files.write(dir.resolve("columns.npy"), npy);
    assertRefused(columns + " --filters 3x3", "in Fortran order");
    assertEquals(List.of(), Outputs.names(dir.resolve("out")));
  }
}
