package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapCommandTest {
  private static final Path EXAMPLES = Path.of("src/docs/examples");

  @TempDir private Path directory;

  private Path out() {
    return directory.resolve("out");
  }

  private Cli map(Path source, String words) {
    return Cli.run(
        Stream.concat(
                Stream.of("map", source.toString(), "--quiet", "--out", out().toString()),
                Stream.of(words.split(" ")))
            .toArray(String[]::new));
  }

  /// Runs a class whose `apply` has this body.
  private Cli body(String body, String words) throws IOException {
    return source(
        """
        import dev.sheaf.*;
        class Mine implements Task {
          record Pair(int number, String name) {}
          public Object apply(Item item) throws Exception {
            %s
          }
        }
        """
            .formatted(body),
        words);
  }

  private Cli source(String text, String words) throws IOException {
    Path file = directory.resolve("Mine.java");
    Files.writeString(file, text);
    return map(file, words);
  }

  private String result(String name) throws IOException {
    return Files.readString(out().resolve(name));
  }

  /// Images of 6x2 pixels: the left half of one colour, the right half of another.
  private Path images() throws IOException {
    Path images = Files.createDirectory(directory.resolve("images"));
    for (int i = 0; i < 5; i++) {
      BufferedImage image = new BufferedImage(6, 2, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = image.createGraphics();
      graphics.setColor(new Color(i, 10 * i, 20 * i));
      graphics.fillRect(0, 0, 3, 2);
      graphics.setColor(new Color(i + 2, 10 * i, 20 * i + 1));
      graphics.fillRect(3, 0, 3, 2);
      graphics.dispose();
      ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
    }
    return images;
  }

  /// Else the phases would leave most of the time of a short run untold.
  @Test
  void theTimeToCompileIsTold() throws IOException {
    assertEquals(0, body("return 1;", "--range 0..3 --json " + directory.resolve("json")).status());
    JsonObject phases =
        JsonParser.parseString(Files.readString(directory.resolve("json")))
            .getAsJsonObject()
            .getAsJsonObject("phases");
    assertTrue(phases.getAsJsonObject("compile").get("min").getAsDouble() > 0, phases.toString());
  }

  @Test
  void sumOfSines() throws IOException {
    Cli cli = map(EXAMPLES.resolve("SinSum.java"), "--items " + images());
    assertEquals(0, cli.status(), cli.err());
    assertEquals(out().resolve("results.csv") + ": 5 results\n", cli.out());
    List<String> lines = result("results.csv").lines().toList();
    assertEquals("item,input,value", lines.getFirst());
    String[] third = lines.get(4).split(",", -1);
    assertEquals("3", third[0]);
    assertTrue(third[1].endsWith("images/3.png"), third[1]);
    double expected =
        6 * (Math.sin(3) + Math.sin(5) + 2 * Math.sin(30) + Math.sin(60) + Math.sin(61));
    assertEquals(expected, Double.parseDouble(third[2]), 1e-12);
  }

  @Test
  void medians() throws IOException {
    Cli cli = map(EXAMPLES.resolve("Medians.java"), "--items " + images() + "/*.png --ranks 3");
    assertEquals(0, cli.status(), cli.err());
    List<String> lines = result("results.csv").lines().toList();
    assertEquals("item,input,red,green,blue", lines.getFirst());
    assertTrue(lines.get(5).endsWith("images/4.png,5.0,40.0,80.5"), lines.get(5));
  }

  @Test
  void thumbnailsAreOneArray() throws IOException {
    Cli cli = map(EXAMPLES.resolve("Thumbnail.java"), "--items " + images() + " --ranks 2");
    assertEquals(0, cli.status(), cli.err());
    NpyHeader header = NpyHeader.read(out().resolve("results.npy"));
    assertEquals(DType.FLOAT32, header.type());
    assertArrayEquals(new long[] {5, 32, 32}, header.shape());
    ByteBuffer data =
        ByteBuffer.wrap(Files.readAllBytes(out().resolve("results.npy")))
            .order(ByteOrder.LITTLE_ENDIAN);
    int second = (int) header.dataOffset() + 4 * 32 * 32 * 2;
    assertEquals(0.299 * 2 + 0.587 * 20 + 0.114 * 40, data.getFloat(second), 1e-4);
  }

  @Test
  void meansOfChunks() throws IOException {
    assertEquals(0, map(EXAMPLES.resolve("ChunkMean.java"), "--range 0..1,7 --seed 3").status());
    List<String> lines = result("results.csv").lines().toList();
    assertEquals("item,input,count,mean,variance", lines.getFirst());
    String[] last = lines.get(3).split(",", -1);
    assertArrayEquals(new String[] {"2", "7", "1000000"}, Stream.of(last).limit(3).toArray());
    assertEquals(0, Double.parseDouble(last[3]), 0.005);
    assertEquals(1, Double.parseDouble(last[4]), 0.01);
  }

  /// Ranks, threads and schedules don't show in what comes out.
  @Test
  void sameBytes() throws IOException {
    Path pi = EXAMPLES.resolve("Pi.java");
    assertEquals(0, map(pi, "--seeds 0..22 --ranks 1 --threads 1").status());
    String expected = result("results.csv");
    double mean =
        expected
                .lines()
                .skip(1)
                .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[2]))
                .sum()
            / 23;
    assertEquals(Math.PI, mean, 0.003);
    for (String words :
        List.of(
            "--ranks 2 --threads 2",
            "--ranks 3 --schedule cyclic",
            "--ranks 7 --schedule dynamic --chunk 2",
            "--ranks 64 --threads 1 --schedule guided")) {
      Files.delete(out().resolve("results.csv"));
      assertEquals(0, map(pi, "--seeds 0..22 " + words).status());
      assertEquals(expected, result("results.csv"), words);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          return item.number() * 2; | csv | item,input,value/0,5,10/1,6,12/
          return item.number() == 6; | csv | item,input,value/0,5,false/1,6,true/
          return "a,\\"" + item.index(); | csv | item,input,value/0,5,"a,""0"/1,6,"a,""1"/
          return item.index() == 0 ? null : 1.5f; | csv | item,input,value/0,5,/1,6,1.5/
          return new Pair(7, "x" + item.input()); | csv | item,input,number,name/0,5,7,x5/1,6,7,x6/
          return new int[(int) item.number() - 4]; | jsonl | {"item":0,"input":"5","value":[0]}/{"item":1,"input":"6","value":[0,0]}/
          return item.index() == 0 ? (Object) 1 : "b"; | csv | item,input,value/0,5,1/1,6,b/
          return item.index() == 0 ? new Pair(1, null) : 2 / 0.; | jsonl | {"item":0,"input":"5","value":{"number":1,"name":null}}/{"item":1,"input":"6","value":null}/
          """)
  void resultsFindTheirFormat(String body, String format, String expected) throws IOException {
    Cli cli = body(body, "--range 5..6");
    assertEquals(0, cli.status(), cli.err());
    assertEquals(expected.replace('/', '\n'), result("results." + format));
  }

  @Test
  void formatsThatAreAskedFor() throws IOException {
    assertEquals(0, body("return 2.5 * item.number();", "--range 2..3 --format npy").status());
    NpyHeader header = NpyHeader.read(out().resolve("results.npy"));
    assertArrayEquals(new long[] {2}, header.shape());
    ByteBuffer data =
        ByteBuffer.wrap(Files.readAllBytes(out().resolve("results.npy")))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(7.5, data.getDouble((int) header.dataOffset() + 8));
    Cli words = body("return \"word\";", "--range 2..3 --format npy");
    assertEquals(0, words.status(), words.err());
    assertTrue(words.out().contains("too different for --format npy"), words.out());
    assertEquals(
        "{\"item\":1,\"input\":\"3\",\"value\":\"word\"}",
        result("results.jsonl").lines().toList().get(1));
  }

  @Test
  void nothingIsAResultToo() throws IOException {
    Cli cli = body("return null;", "--range 0..9");
    assertEquals("10 items done, without a result\n", cli.out());
    assertFalse(Files.exists(out().resolve("results.csv")));
  }

  @Test
  void linesAreItems() throws IOException {
    Path lines = Files.writeString(directory.resolve("lines.txt"), "one\n\ntwo words\r\n");
    Cli cli = body("return item.input().length();", "--lines " + lines);
    assertEquals(0, cli.status(), cli.err());
    assertEquals("item,input,value\n0,one,3\n1,two words,9\n", result("results.csv"));
  }

  @Test
  void aTurnThatThrowsIsAFailedItem() throws IOException {
    String body = "return 12 / (item.number() - 4);";
    Cli cli = body(body, "--range 3..5 --on-error continue");
    assertEquals(1, cli.status());
    assertTrue(cli.err().contains("item 1 (4) failed on rank"), cli.err());
    assertTrue(
        cli.err().contains("ArithmeticException: / by zero (" + directory + "/Mine.java:5)"),
        cli.err());
    assertTrue(
        cli.err().contains("replay: sheaf map " + directory + "/Mine.java --range 4"), cli.err());
    assertEquals("item,input,value\n0,3,-12\n2,5,12\n", result("results.csv"));
  }

  /// What failed is done on resume, and nothing else, unless the source has changed.
  @Test
  void whatFailedIsResumed() throws IOException {
    Path late = directory.resolve("late");
    Path count = directory.resolve("count");
    String body =
        """
        java.nio.file.Files.writeString(java.nio.file.Path.of("%s"), "x",
            java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
        if (item.index() %% 5 == 2) {
          java.nio.file.Files.size(java.nio.file.Path.of("%s"));
        }
        return item.random().nextLong();
        """
            .formatted(count, late);
    Cli first = body(body, "--range 0..19 --on-error continue --ranks 2 --seed 9");
    assertEquals(1, first.status(), first.err());
    assertEquals(17, result("results.csv").lines().count());
    assertEquals(20, Files.size(count));
    FileTime modified = Files.getLastModifiedTime(directory.resolve("Mine.java"));
    Files.createFile(late);
    Path source = directory.resolve("Mine.java");
    String text = Files.readString(source);
    Files.writeString(source, text.replace("nextLong", "nextInt"));
    Cli changed = Cli.run("resume", out().toString());
    assertEquals(2, changed.status(), changed.err());
    assertTrue(changed.err().contains("Mine.java"), changed.err());
    Files.writeString(source, text);
    Files.setLastModifiedTime(source, modified);
    Cli second = Cli.run("resume", out().toString(), "--ranks", "3");
    assertEquals(0, second.status(), second.err());
    assertEquals(24, Files.size(count));
    String resumed = result("results.csv");
    assertEquals(0, body(body, "--range 0..19 --seed 9").status());
    assertEquals(result("results.csv"), resumed);
  }

  @Test
  void aConstructorThatThrowsIsTold() throws IOException {
    Cli cli =
        source(
            """
            class Mine implements dev.sheaf.Task {
              final int[] a = new int[-1];
              public Object apply(dev.sheaf.Item item) { return 1; }
            }
            """,
            "--range 1");
    assertEquals(1, cli.status());
    assertTrue(
        cli.err().contains("its constructor failed: java.lang.NegativeArraySize"), cli.err());
    assertTrue(cli.err().contains("Mine.java:2)"), cli.err());
  }

  @Test
  void aResultOfAnotherKindIsAFailedItem() throws IOException {
    Cli cli = body("return new java.util.ArrayList<String>();", "--range 1");
    assertEquals(1, cli.status());
    assertTrue(
        cli.err().contains("the result is of java.util.ArrayList; return a number"), cli.err());
    cli = body("return new int[][] {{1}, {1, 2}};", "--range 1");
    assertTrue(cli.err().contains("an array whose rows differ in length"), cli.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          class A { | Mine.java:1:10: reached end of file while parsing
          class A { int x = "a"; String y = 1; } | Mine.java:1:19: incompatible types: java.lang.String cannot be converted to int;
          class A {} | no class in it implements dev.sheaf.Task; it must have one
          interface A extends dev.sheaf.Task {} | no class in it implements dev.sheaf.Task; it must have one
          record A(int x) implements dev.sheaf.Task { public Object apply(dev.sheaf.Item i) { return 1; } } | A has no constructor without parameters
          """)
  void aSourceThatIsWrongIsToldOnce(String text, String expected) throws IOException {
    Cli cli = source(text, "--range 1..9 --ranks 3");
    assertEquals(2, cli.status());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().contains(expected), cli.err());
    assertFalse(Files.exists(out().resolve("results.csv")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          | Missing required argument
          --range 1 --lines x | mutually exclusive
          --range 5..1 | is empty
          --items nowhere | nowhere: no such file or directory
          --lines nowhere | nowhere: no such file
          --range 1 --format xml | 'xml'
          """)
  void badWords(String words, String expected) throws IOException {
    Cli cli = body("return 1;", words == null ? "--seed 1" : words);
    assertEquals(2, cli.status(), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().contains(expected), cli.err());
  }

  @Test
  void aMissingSourceIsTold() {
    Cli cli = map(Path.of("Nowhere.java"), "--range 1");
    assertEquals(2, cli.status());
    assertEquals("sheaf map: Nowhere.java: no such file\n", cli.err());
  }
}
