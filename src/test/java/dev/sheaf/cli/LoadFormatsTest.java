package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.array.NpyHeader;
import dev.sheaf.testing.Outputs;
import dev.sheaf.testing.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `load` on the files of image/formats, which `make.py` there made, with Pillow's, NumPy's and
/// astropy's arrays of them.
class LoadFormatsTest {
  @TempDir private Path root;

  private static Path file(String name) {
    try {
      return Path.of(LoadFormatsTest.class.getResource("/dev/sheaf/image/formats/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
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

  /// The elements of the array.
  private byte[] data() throws IOException {
    byte[] all = Files.readAllBytes(npy());
    return Arrays.copyOfRange(all, (int) NpyHeader.read(npy()).dataOffset(), all.length);
  }

  private Path list(String... names) throws IOException {
    List<String> paths = Stream.of(names).map(name -> file(name).toString()).toList();
    return Files.write(Files.createTempFile(root, "list", ".txt"), paths);
  }

  @Test
  void arraysAreThoseOfPillowNumPyAndAstropy() throws IOException {
    assertAll(
        Files.readAllLines(file("arrays.tsv")).stream()
            .map(line -> line.split("\t", -1))
            .map(row ->
                () -> {
                  String what = "load " + row[0] + " " + row[1];
                  Cli cli = load(file(row[1]), row[0]);
                  assertEquals(0, cli.status(), what + ": " + cli.err());
                  String shape =
                      Arrays.stream(NpyHeader.read(npy()).shape())
                          .skip(1)
                          .mapToObj(Long::toString)
                          .collect(Collectors.joining(","));
                  assertEquals(row[2], shape, what);
                  assertEquals(row[3], Sha256.of(data()), what);
                }));
  }

  @Test
  void fitsImagesGiveFloat32AndRowsAsInTheFile() throws IOException {
    Cli cli = load(list("float32.fits", "scaled-16.fits"), "");
    assertEquals(npy() + ": float32 (2, 19, 29)\n", cli.out(), cli.err());
    NpyHeader header = NpyHeader.read(npy());
    assertEquals("float32", header.type().label());
    float first = ByteBuffer.wrap(data()).order(ByteOrder.LITTLE_ENDIAN).getFloat(0);
    byte[] file = Files.readAllBytes(file("float32.fits"));
    assertEquals(ByteBuffer.wrap(file).getFloat(2880), first);
  }

  @Test
  void aGzippedFitsFileIsThatFile() throws IOException {
    Path images = Files.createDirectory(root.resolve("gzipped"));
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(images.resolve("float32.fits.gz")))) {
      Files.copy(file("float32.fits"), out);
    }
    assertEquals(0, load(images, "").status());
    byte[] unpacked = data();
    assertEquals(0, load(file("float32.fits"), "").status());
    assertArrayEquals(data(), unpacked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "3"})
  void fitsAmongOthersIsAnInputErrorUntilAllAreMadeAlike(String ranks) throws IOException {
    Path list = list("float32.fits", "plain.jpg", "nan.fits", "rgb-16.png");
    Cli cli = load(list, "--ranks " + ranks);
    assertInputError(
        cli,
        "2 of 4 images do not have the type of %s (29x19 float32 grey): %s (29x19 uint8 RGB), %s (29x19 uint8 RGB); --gray --dtype float32 make all equal"
            .formatted(file("float32.fits"), file("plain.jpg"), file("rgb-16.png")));
    assertInputError(
        load(list("1x1.png", "exif-6.jpg", "float32.fits"), "--exif"),
        "2 of 3 images do not have the size and type of %s (1x1 uint8 RGB): %s (19x29 uint8 RGB), %s (29x19 float32 grey); --gray --dtype float32 --resize 1x1 make all equal"
            .formatted(file("1x1.png"), file("exif-6.jpg"), file("float32.fits")));
    Cli alike = load(list, "--gray --dtype float32 --ranks " + ranks);
    assertEquals(npy() + ": float32 (4, 19, 29)\n", alike.out(), alike.err());
    Cli rest = load(list, "--on-error continue --ranks " + ranks);
    assertEquals(1, rest.status());
    assertEquals(
        npy() + ": float32 (4, 19, 29), zeros in the places of 2 failed images\n", rest.out());
    assertTrue(
        rest.err()
            .contains(
                "29x19 uint8 RGB pixels, the first image has 29x19 float32 grey; --gray --dtype"
                    + " float32 make all equal"),
        rest.err());
  }

  @Test
  void cropsBeyondTheImageAndValuesBeyondTheTypeAreFailures() throws IOException {
    Path list = list("plain.jpg", "1x1.png", "float32.fits", "wide.jpg");
    Cli cli = load(list, "--crop 10x10+5+5 --gray --dtype float32 --on-error continue --threads 1");
    assertEquals(1, cli.status());
    assertEquals(
        npy() + ": float32 (4, 10, 10), zeros in the places of 2 failed images\n", cli.out());
    assertTrue(cli.err().contains("(" + file("1x1.png") + ") failed on rank 0"), cli.err());
    assertTrue(cli.err().contains(": 10x10+5+5 is not within 1x1 pixels; replay: "), cli.err());
    assertTrue(cli.err().contains(": 10x10+5+5 is not within 65500x1 pixels; replay: "), cli.err());
    assertTrue(cli.err().contains(" --crop 10x10+5+5 --gray --dtype float32 --out "), cli.err());
    Cli nan = load(file("nan.fits"), "--dtype uint16");
    assertEquals(1, nan.status());
    assertTrue(
        nan.err()
            .startsWith("sheaf load: item 0 (%s) failed on rank 0".formatted(file("nan.fits"))),
        nan.err());
    assertTrue(nan.err().contains(": NaN in row 5, column 6 (from 0) is no uint16; "), nan.err());
    assertTrue(nan.err().contains(" --dtype uint16 --out "), nan.err());
  }

  /// The command that a failure names runs that item in the same way.
  @Test
  void theReplayHasAllOptions() {
    Cli cli = load(file("1x1.png"), "--exif --crop 9x9+1+1 --gray --dtype uint16 --resize 3x3");
    assertTrue(
        cli.err()
            .contains("1x1.png --exif --crop 9x9+1+1 --gray --dtype uint16 --resize 3x3 --out "),
        cli.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --crop 10x10       | --crop 10x10: not WIDTHxHEIGHT+X+Y, such as 100x80+10+0
          --crop 0x10+0+0    | --crop 0x10+0+0: not WIDTHxHEIGHT+X+Y
          --crop 10x10+-1+0  | --crop 10x10+-1+0: not WIDTHxHEIGHT+X+Y
          --crop 10x10+0     | --crop 10x10+0: not WIDTHxHEIGHT+X+Y
          --dtype int8       | Invalid value for option '--dtype'
          --grey             | did you mean
          """)
  void wrongWords(String words, String message) {
    assertInputError(load(file("rgba.png"), words), message);
  }

  private void assertInputError(Cli cli, String message) {
    assertEquals(2, cli.status(), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().startsWith("sheaf load: ") && cli.err().contains(message), cli.err());
    assertEquals(List.of(), Outputs.names(out()));
  }

  /// The other commands on images take FITS too, where its values are 8-bit ones.
  @Test
  void fitsInBrightness() throws IOException {
    Cli cli =
        Cli.run("brightness", file("uint8.fits").toString(), "--quiet", "--out", out().toString());
    assertEquals(0, cli.status(), cli.err());
    assertTrue(Files.readString(out().resolve("brightness.csv")).contains("uint8.fits,"));
  }
}
