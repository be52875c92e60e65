package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.image.ImageFlipper;
import dev.sheaf.journal.Entry;
import dev.sheaf.journal.JournalWriter;
import dev.sheaf.journal.RunPaths;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.Needs;
import dev.sheaf.testing.Outputs;
import dev.sheaf.testing.Sha256;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Expected are Pillow's turned pixels and jpegtran's files; see flip/make.py. PDFs are rendered by
/// Poppler's pdftoppm.
class FlipCommandTest {
  /// Pixels of a rendered PDF to one of its image: enough for pdftoppm not to interpolate.
  private static final int SCALE = 10;

  /// Of the two decoders libjpeg-turbo alone does.
  private static final boolean READS_ARITHMETIC = ImageFlipper.canTransform();

  /// A line of turned.tsv.
  ///
  /// @param pixels SHA-256 of the turned pixels
  /// @param file SHA-256 of the turned JPEG, or `-`
  private record Turned(String name, String angle, String pixels, String file) {
    static List<Turned> by(String angle) {
      try {
        return Files.readAllLines(resource("flip/turned.tsv")).stream()
            .map(line -> line.split("\t", -1))
            .map(fields -> new Turned(fields[0], fields[1], fields[2], fields[3]))
            .filter(turned -> turned.angle.equals(angle))
            .filter(turned -> READS_ARITHMETIC || !turned.name.contains("arithmetic"))
            .toList();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /// An image of 8-bit RGB.
  private record Image(int width, int height, byte[] rgb) {
    static Image of(BufferedImage image) {
      byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
      int bands = image.getRaster().getNumBands();
      int to = 0;
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          for (int band = 0; band < 3; band++) {
            rgb[to++] = (byte) image.getRaster().getSample(x, y, bands == 1 ? 0 : band);
          }
        }
      }
      return new Image(image.getWidth(), image.getHeight(), rgb);
    }

    /// A binary PPM's.
    static Image ofPpm(byte[] ppm) {
      Matcher header =
          Pattern.compile("P6\\s(\\d+)\\s(\\d+)\\s255\\s")
              .matcher(new String(ppm, 0, 30, StandardCharsets.ISO_8859_1));
      assertTrue(header.lookingAt());
      return new Image(
          Integer.parseInt(header.group(1)),
          Integer.parseInt(header.group(2)),
          Arrays.copyOfRange(ppm, header.end(), ppm.length));
    }

    /// One pixel of each square.
    Image sampled(int scale) {
      byte[] sampled = new byte[rgb.length / scale / scale];
      int to = 0;
      for (int y = scale / 2; y < height; y += scale) {
        for (int x = scale / 2; x < width; x += scale) {
          System.arraycopy(rgb, 3 * (y * width + x), sampled, to, 3);
          to += 3;
        }
      }
      return new Image(width / scale, height / scale, sampled);
    }

    double distance(Image other) {
      assertEquals(width, other.width);
      assertEquals(height, other.height);
      double sum = 0;
      for (int i = 0; i < rgb.length; i++) {
        sum += Math.abs((rgb[i] & 0xff) - (other.rgb[i] & 0xff));
      }
      return sum / rgb.length;
    }
  }

  @TempDir private Path root;

  private static Path resource(String name) {
    try {
      return Path.of(FlipCommandTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path out() {
    return root.resolve("out");
  }

  private Cli flip(Object what, String words) {
    return Cli.run(
        Stream.concat(
                Stream.of("flip", what.toString(), "--quiet", "--out", out().toString()),
                Stream.of(words.split(" ")))
            .toArray(String[]::new));
  }

  private Path copy(String from, String name) throws IOException {
    Path target = root.resolve("in").resolve(name);
    Files.createDirectories(target.getParent());
    return Files.copy(resource(from), target);
  }

  /// Copies the images, with names that tell their place: `0.jpg`, `1.png`, …
  private Path copies(List<Turned> images) throws IOException {
    for (int i = 0; i < images.size(); i++) {
      String name = images.get(i).name;
      copy("flip/" + name, i + name.substring(name.lastIndexOf('.')));
    }
    return root.resolve("in");
  }

  private byte[] flipped(String name) throws IOException {
    return Files.readAllBytes(out().resolve("flip").resolve(name));
  }

  /// The pages of a PDF, as pdftoppm renders them.
  private List<Image> pages(Path pdf) throws Exception {
    Needs.command("pdftoppm", "poppler-utils");
    Path pages = Files.createTempDirectory(root, "pages");
    Process process =
        new ProcessBuilder(
                "pdftoppm", "-r", "" + 72 * SCALE, pdf.toString(), pages.resolve("p").toString())
            .redirectErrorStream(true)
            .start();
    String messages = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), messages);
    assertEquals("", messages);
    List<Image> images = new ArrayList<>();
    try (Stream<Path> files = Files.list(pages)) {
      for (Path file : files.sorted().toList()) {
        images.add(Image.ofPpm(Files.readAllBytes(file)).sampled(SCALE));
      }
    }
    return images;
  }

  @ParameterizedTest
  @ValueSource(strings = {"180", "90", "270", "horizontal", "vertical"})
  void pagesShowPillowsPixels(String angle) throws Exception {
    List<Turned> images = Turned.by(angle);
    Cli cli = flip(copies(images), "--to pdf --angle " + angle);
    assertEquals(0, cli.status(), cli.err());
    assertEquals("%s: %d pdf files\n".formatted(out().resolve("flip"), images.size()), cli.out());
    for (int i = 0; i < images.size(); i++) {
      List<Image> pages = pages(out().resolve("flip/" + i + ".pdf"));
      assertEquals(1, pages.size());
      assertEquals(images.get(i).pixels, Sha256.of(pages.getFirst().rgb), images.get(i).name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"180", "90", "270", "horizontal", "vertical"})
  void pngsHoldPillowsPixels(String angle) throws Exception {
    List<Turned> images = Turned.by(angle);
    Cli cli = flip(copies(images), "--to png --angle " + angle);
    assertEquals(0, cli.status(), cli.err());
    for (int i = 0; i < images.size(); i++) {
      BufferedImage png = ImageIO.read(out().resolve("flip/" + i + ".png").toFile());
      assertEquals(images.get(i).pixels, Sha256.of(Image.of(png).rgb), images.get(i).name);
      boolean grey = images.get(i).name.contains("grey");
      assertEquals(grey ? 1 : 3, png.getRaster().getNumBands());
    }
  }

  @Test
  void onePdfHasAllPagesInOrderWhoeverMadeThem() throws Exception {
    List<Turned> images = Turned.by("90");
    Path in = copies(images);
    Path pdf = out().resolve("flip.pdf");
    byte[] first = null;
    for (String world :
        List.of("--ranks 1 --threads 1", "--ranks 3 --threads 2 --schedule cyclic")) {
      Cli cli = flip(in, "--to pdf --one-file --angle 90 " + world);
      assertEquals(0, cli.status(), cli.err());
      assertEquals("%s: %d pages\n".formatted(pdf, images.size()), cli.out());
      assertEquals(List.of("flip.pdf"), Outputs.names(out()));
      first = first == null ? Files.readAllBytes(pdf) : first;
      assertArrayEquals(first, Files.readAllBytes(pdf));
    }
    assertEquals(
        images.stream().map(Turned::pixels).toList(),
        pages(pdf).stream().map(page -> Sha256.of(page.rgb)).toList());
    assertEntries(pdf, 2 + 3 * images.size());
  }

  /// Every entry of the cross-reference table tells where its object begins.
  private static void assertEntries(Path file, int objects) throws IOException {
    String pdf = Files.readString(file, StandardCharsets.ISO_8859_1);
    Matcher start = Pattern.compile("startxref\n(\\d+)\n%%EOF\n$").matcher(pdf);
    assertTrue(start.find());
    int at = Integer.parseInt(start.group(1));
    String head = "xref\n0 %d\n0000000000 65535 f \n".formatted(objects + 1);
    assertTrue(pdf.startsWith(head, at));
    for (int number = 1; number <= objects; number++) {
      int entry = at + head.length() + 20 * (number - 1);
      assertEquals(" 00000 n \n", pdf.substring(entry + 10, entry + 20));
      int object = Integer.parseInt(pdf.substring(entry, entry + 10));
      assertTrue(pdf.startsWith(number + " 0 obj\n", object), "object " + number);
    }
  }

  @Test
  void jpegsGoIntoPdfsAsTheyAre() throws IOException {
    copy("/dev/sheaf/image/progressive.jpg", "a.jpg");
    copy("/dev/sheaf/image/trailing.jpg", "b.jpg");
    assertEquals(0, flip(root.resolve("in"), "--to pdf").status());
    byte[] progressive = Files.readAllBytes(resource("/dev/sheaf/image/progressive.jpg"));
    assertTrue(indexOf(flipped("a.pdf"), progressive) > 0);
    byte[] trailing = Files.readAllBytes(resource("/dev/sheaf/image/trailing.jpg"));
    byte[] image = Files.readAllBytes(resource("/dev/sheaf/image/420.jpg"));
    assertTrue(indexOf(flipped("b.pdf"), image) > 0);
    assertEquals(-1, indexOf(flipped("b.pdf"), trailing), "what follows the image");
    assertEntries(out().resolve("flip/b.pdf"), 5);
  }

  private static int indexOf(byte[] file, byte[] part) {
    return new String(file, StandardCharsets.ISO_8859_1)
        .indexOf(new String(part, StandardCharsets.ISO_8859_1));
  }

  /// Poppler converts CMYK by a formula of its own, so not to the same pixels as Pillow does; but
  /// an image taken the wrong way would be a negative.
  @Test
  void cmykIsInvertedWhereAdobeSaysSo() throws Exception {
    copy("/dev/sheaf/image/cmyk.jpg", "a.jpg");
    assertEquals(0, flip(root.resolve("in"), "--to pdf").status());
    Image page = pages(out().resolve("flip/a.pdf")).getFirst();
    Image rgb = Image.of(ImageIO.read(resource("/dev/sheaf/image/rgb.png").toFile()));
    byte[] half = new byte[rgb.rgb.length];
    for (int i = 0; i < half.length; i += 3) {
      System.arraycopy(rgb.rgb, half.length - 3 - i, half, i, 3);
    }
    double distance = page.distance(new Image(page.width, page.height, half));
    assertTrue(distance < 30, "distance " + distance);
  }

  @Test
  void jpegsAreJpegtransFiles() throws IOException {
    Needs.that(
        ImageFlipper.canTransform(), "needs libturbojpeg.so.0 (apt-get install libturbojpeg0)");
    for (String angle : List.of("180", "90", "270", "horizontal", "vertical")) {
      Cli cli = flip(resource("flip"), "--to jpeg --angle " + angle);
      assertEquals(0, cli.status(), cli.err());
      assertEquals(
          out().resolve("flip")
              + ": 3 jpeg files, 3 turned without loss, 0 encoded in quality 90\n",
          cli.out());
      for (Turned turned : Turned.by(angle)) {
        if (!turned.file.equals("-")) {
          assertEquals(turned.file, Sha256.of(flipped(turned.name)), turned.toString());
        }
      }
    }
  }

  /// 61x43 pixels are no whole number of blocks.
  @Test
  void noPixelIsLostWhereBlocksHaveARest() throws IOException {
    copy("/dev/sheaf/image/420.jpg", "a.jpg");
    Cli cli = flip(root.resolve("in"), "--to jpeg --angle 270");
    assertEquals(
        out().resolve("flip") + ": 1 jpeg file, 0 turned without loss, 1 encoded in quality 90\n",
        cli.out());
    assertEquals(0, flip(root.resolve("in"), "--to png --angle 270").status());
    assertNear("a.png", "a.jpg");
  }

  private void assertNear(String exact, String encoded) throws IOException {
    Image pixels = Image.of(ImageIO.read(out().resolve("flip/" + exact).toFile()));
    Image again = Image.of(ImageIO.read(out().resolve("flip/" + encoded).toFile()));
    double distance = pixels.distance(again);
    assertTrue(distance > 0 && distance < 8, "distance " + distance);
  }

  @Test
  void reencodeTurnsThePixels() throws Exception {
    copy("flip/colour.jpg", "a.jpg");
    copy("/dev/sheaf/image/rgb.png", "b.png");
    assertEquals(0, flip(root.resolve("in"), "--to pdf --angle 90 --reencode").status());
    for (String name : List.of("a.pdf", "b.pdf")) {
      String pdf = new String(flipped(name), StandardCharsets.ISO_8859_1);
      boolean jpeg = name.equals("a.pdf");
      assertTrue(pdf.contains(jpeg ? "/Filter/DCTDecode" : "/Filter/FlateDecode"));
      assertTrue(pdf.contains(jpeg ? "q 48 0 0 64 0 0 cm" : "q 43 0 0 61 0 0 cm"));
    }
    Image page = pages(out().resolve("flip/a.pdf")).getFirst();
    assertEquals(0, flip(root.resolve("in"), "--to png --angle 90").status());
    double distance = page.distance(Image.of(ImageIO.read(out().resolve("flip/a.png").toFile())));
    assertTrue(distance > 0 && distance < 3, "distance " + distance);
    Cli cli = flip(root.resolve("in"), "--to jpeg --angle 90 --reencode");
    assertTrue(cli.out().contains("0 turned without loss, 2 encoded"), cli.out());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "65500, 1", "1, 65500"})
  void extremeSizes(int width, int height) throws IOException {
    Path in = Files.createDirectory(root.resolve("in"));
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.setRGB(width - 1, height - 1, 0xff8000);
    ImageIO.write(image, "jpg", in.resolve("a.jpg").toFile());
    ImageIO.write(image, "png", in.resolve("b.png").toFile());
    for (String format : List.of("pdf", "png", "jpeg")) {
      Cli cli = flip(in, "--angle 90 --to " + format);
      assertEquals(0, cli.status(), cli.err());
    }
    BufferedImage png = ImageIO.read(out().resolve("flip/b.png").toFile());
    assertEquals(height, png.getWidth());
    assertEquals(width, png.getHeight());
    assertEquals(0xffff8000, png.getRGB(height - 1, 0));
    BufferedImage jpeg = ImageIO.read(out().resolve("flip/a.jpg").toFile());
    assertEquals(height, jpeg.getWidth());
    assertEquals(width, jpeg.getHeight());
    String page =
        width == height
            ? "[0 0 1 1]"
            : width > height ? "[0 0 0.2199 14400.0000]" : "[0 0 14400.0000 0.2199]";
    assertTrue(
        new String(flipped("a.pdf"), StandardCharsets.ISO_8859_1).contains("/MediaBox" + page));
  }

  @Test
  void aTruncatedImageFailsAndTheOthersAreTurned() throws IOException {
    Path cut = copy("flip/colour.jpg", "1.jpg");
    byte[] whole = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(whole, whole.length - 2));
    copy("flip/colour.jpg", "2.jpg");
    copy("flip/grey.jpg", "3.jpg");
    for (String format : List.of("pdf", "pdf --one-file", "png", "jpeg")) {
      Cli cli = flip(root.resolve("in"), "--on-error continue --to " + format);
      assertEquals(1, cli.status());
      assertTrue(
          cli.err().startsWith("sheaf flip: item 0 (" + cut + ") failed on rank 0"), cli.err());
      assertTrue(cli.err().contains("truncated"), cli.err());
      assertTrue(
          cli.err()
              .contains(
                  "replay: sheaf flip %s --to %s --angle 180 --out"
                      .formatted(cut, format.split(" ", 2)[0])),
          cli.err());
    }
    assertEquals(
        List.of("2.jpg", "2.pdf", "2.png", "3.jpg", "3.pdf", "3.png"),
        Stream.of(out().resolve("flip").toFile().list()).sorted().toList());
    assertEntries(out().resolve("flip.pdf"), 2 + 3 * 2);
    Files.delete(out().resolve("flip.pdf"));
    assertEquals(1, flip(root.resolve("in"), "--to pdf --one-file").status());
    assertFalse(Files.exists(out().resolve("flip.pdf")));
  }

  @Test
  void aJpegHasAtMost65500Columns() throws IOException {
    Path in = Files.createDirectory(root.resolve("in"));
    BufferedImage image = new BufferedImage(65501, 1, BufferedImage.TYPE_BYTE_GRAY);
    ImageIO.write(image, "png", in.resolve("a.png").toFile());
    Cli cli = flip(in, "--to jpeg");
    assertEquals(1, cli.status());
    assertTrue(cli.err().contains("65501x1 pixels; a JPEG has at most 65500"), cli.err());
  }

  @Test
  void noTwoImagesAndNoInputIsOverwritten() throws IOException {
    Path jpg = copy("flip/colour.jpg", "a.jpg");
    Path png = copy("/dev/sheaf/image/rgb.png", "a.png");
    assertRefused(
        flip(root.resolve("in"), "--to pdf"),
        "%s and %s: both would become %s".formatted(jpg, png, out().resolve("flip/a.pdf")));
    assertFalse(Files.exists(out().resolve("flip")));
    assertEquals(0, flip(root.resolve("in"), "--to pdf --one-file").status());
    Files.createDirectories(out().resolve("flip"));
    Path inside = Files.move(jpg, out().resolve("flip/b.jpg"));
    Path link = Files.createSymbolicLink(out().resolve("flip/a.jpg"), inside);
    assertRefused(
        flip(inside, "--to jpeg"), inside + ": is an image to turn, and would be overwritten");
    Path list = Files.write(root.resolve("list"), List.of(png.toString(), inside.toString()));
    assertRefused(
        flip(list, "--to jpeg"), link + ": is an image to turn, and would be overwritten");
    assertArrayEquals(Files.readAllBytes(resource("flip/colour.jpg")), Files.readAllBytes(inside));
  }

  private static void assertRefused(Cli cli, String message) {
    assertEquals(2, cli.status());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().startsWith("sheaf flip: " + message), cli.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--angle 180               | Missing required option: '--to=NAME'",
        "--to gif                  | Invalid value for option '--to'",
        "--to pdf --angle 45       | --angle 45: give 180, 90, 270, horizontal or vertical",
        "--to png --one-file       | --one-file is for --to pdf",
        "--to pdf --max-pixels 0   | --max-pixels 0: must be at least 1"
      })
  void inputErrors(String words, String message) {
    Cli cli = flip(resource("flip"), words);
    assertEquals(2, cli.status());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().contains(message), cli.err());
    assertFalse(Files.exists(out()));
  }

  @Test
  void imagesOfTooManyPixelsAreRefused() {
    for (String format : List.of("pdf", "png", "jpeg")) {
      Cli cli = flip(resource("flip/colour.jpg"), "--max-pixels 3071 --to " + format);
      assertEquals(1, cli.status());
      assertTrue(
          cli.err().contains("64x48 pixels are more than the limit of 3071 pixels"), cli.err());
    }
  }

  /// `main` of a rank; rank 1 begins with the journal of a rank that is dead and had its number, as
  /// a process of another host may have had.
  static final class EqualPids {
    private EqualPids() {}

    public static void main(String[] args) throws IOException {
      if ("1".equals(System.getenv("OMPI_COMM_WORLD_RANK"))) {
        Path journal = RunPaths.journal(Path.of(args[0]), 1, 7);
        Files.createDirectories(journal.getParent());
        long pid = ProcessHandle.current().pid();
        JournalWriter.create(journal, new Entry.Header(1, 1, 0, "another", "", pid, 1, false, 0))
            .close();
      }
      Main.main(Arrays.copyOfRange(args, 1, args.length));
    }
  }

  @Test
  void whatADeadProcessOfTheSameNumberLeftIsNotMixedUp() throws IOException {
    MpiLauncher.OPEN_MPI.need();
    for (int i = 0; i < 4; i++) {
      copy("flip/colour.jpg", i + ".jpg");
    }
    MpiLauncher.Run run =
        MpiLauncher.OPEN_MPI.start(
            2,
            Map.of(),
            MpiLauncher.java(
                EqualPids.class,
                out().toString(),
                "flip",
                root.resolve("in").toString(),
                "--to",
                "pdf",
                "--one-file",
                "--out",
                out().toString()));
    MpiLauncher.Ended ended = run.await(Duration.ofMinutes(1));
    assertEquals(0, ended.status(), ended.toString());
  }
}
