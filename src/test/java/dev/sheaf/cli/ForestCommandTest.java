package dev.sheaf.cli;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.table.Iris;
import dev.sheaf.testing.DuckDb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `forest` and `predict`. What trees look like is `TreeLearnerTest`'s matter.
class ForestCommandTest {
  @TempDir private Path root;
  private Path iris;
  private Path out;

  @BeforeEach
  void makeInput() throws IOException {
    iris = Files.write(root.resolve("iris.csv"), Iris.csv());
    out = root.resolve("out");
  }

  private Cli run(Object... words) {
    List<String> all = new ArrayList<>();
    for (Object word : words) {
      all.add(word.toString());
    }
    all.addAll(List.of("--quiet", "--ranks", "2", "--out", out.toString()));
    return Cli.run(all.toArray(String[]::new));
  }

  @Test
  void sampleIris() throws IOException {
    Path file = root.resolve("sample.csv");
    Cli cli = run("sample", "iris", file);
    assertEquals(file + ": 150 rows\n", cli.out());
    assertEquals(0, cli.status(), cli.err());
    assertEquals(Files.readString(iris), Files.readString(file));
  }

  private void assertRefused(String message, Object... words) {
    Cli cli = run(words);
    assertEquals(2, cli.status(), cli.err());
    assertEquals(message, cli.err().strip());
    assertFalse(Files.exists(out.resolve("forest.json")));
  }

  /// scikit-learn 1.2.1: each tree on all rows has 17 nodes and depth 5, and all rows right.
  @Test
  void treesOnAllRows() throws IOException {
    Cli cli = run("forest", iris, "--target", "species", "--sample", "1", "--trees", "3");
    assertEquals(0, cli.status(), cli.err());
    assertEquals(
        "%s/forest.json: 3 trees on 150 of 150 rows (149 different)%n".formatted(out)
            + "out-of-sample accuracy: no row to tell by\n",
        cli.out());
    assertEquals(
        List.of(
            "tree,nodes,leaves,depth,accuracy,out_of_sample_accuracy",
            "0,17,9,5,1.0,",
            "1,17,9,5,1.0,",
            "2,17,9,5,1.0,"),
        Files.readAllLines(out.resolve("forest.csv")));
  }

  /// scikit-learn's bagged trees (50, 80 % of the rows without replacement, `random_state` 0 to 19)
  /// predict 141 to 144 of the rows right that they did not see; 1000 on half of them predict 144,
  /// of whose votes a row has some 500.
  @ParameterizedTest
  @CsvSource({"50, 0.8, 142, 3", "1000, 0.5, 144, 1"})
  void unseenRowsAreVotedOn(int trees, double sample, int expected, int off) throws IOException {
    Cli cli = run("forest", iris, "--target", "species", "--trees", trees, "--sample", sample);
    assertEquals(0, cli.status(), cli.err());
    List<String> confusion = Files.readAllLines(out.resolve("confusion.csv"));
    assertEquals("class,setosa,versicolor,virginica", confusion.getFirst());
    assertEquals("setosa,50,0,0", confusion.get(1));
    int right = 50;
    right += Integer.parseInt(confusion.get(2).split(",", -1)[2]);
    right += Integer.parseInt(confusion.get(3).split(",", -1)[3]);
    assertEquals(expected, right, off);
    assertTrue(cli.out().contains(", %d of 150 rows".formatted(right)), cli.out());
  }

  @Test
  void equalRowsOneByOneGiveTheSameForest() throws IOException {
    String[] words = {"--target", "species", "--replicate", "20", "--trees", "5"};
    run("forest", iris, words[0], words[1], words[2], words[3], words[4], words[5]);
    byte[] folded = Files.readAllBytes(out.resolve("forest.json"));
    Files.delete(out.resolve("forest.json"));
    run("forest", iris, words[0], words[1], words[2], words[3], words[4], words[5], "--no-fold");
    assertEquals(
        new String(folded, StandardCharsets.UTF_8), Files.readString(out.resolve("forest.json")));
  }

  @Test
  void predictsWhatItWasTrainedOn() throws IOException {
    run("forest", iris, "--target", "species", "--replicate", "40");
    Cli cli = run("predict", out.resolve("forest.json"), iris);
    assertEquals(0, cli.status(), cli.err());
    assertEquals(
        "%s/predictions.csv: 150 rows%naccuracy: 1.000000, 150 of 150 rows%n".formatted(out),
        cli.out());
    List<String> rows = Files.readAllLines(out.resolve("predictions.csv"));
    assertEquals("row,species", rows.getFirst());
    assertEquals("149,virginica", rows.getLast());
  }

  /// The same table as CSV, gzipped CSV and array, with its columns in another order.
  @Test
  void readsEveryKindOfTable() throws IOException {
    run("forest", iris, "--target", "species", "--sample", "1", "--trees", "1");
    Path model = out.resolve("forest.json");
    StringBuilder turned = new StringBuilder("petal_width,petal_length,sepal_width,sepal_length\n");
    ByteBuffer numbers = ByteBuffer.allocate(150 * 5 * 8).order(ByteOrder.LITTLE_ENDIAN);
    List<String> lines = Files.readAllLines(iris);
    for (String line : lines.subList(1, 151)) {
      String[] f = line.split(",", -1);
      turned.append(String.join(",", f[3], f[2], f[1], f[0])).append('\n');
      for (int i = 0; i < 4; i++) {
        numbers.putDouble(Double.parseDouble(f[i]));
      }
      numbers.putDouble(List.of("setosa", "versicolor", "virginica").indexOf(f[4]));
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(turned.toString().getBytes(StandardCharsets.UTF_8));
    }
    Path gz = Files.write(root.resolve("turned.csv.gz"), packed.toByteArray());
    assertEquals("%s/predictions.csv: 150 rows%n".formatted(out), run("predict", model, gz).out());
    assertEquals("149,virginica", Files.readAllLines(out.resolve("predictions.csv")).getLast());

    NpyHeader header = NpyHeader.of(DType.FLOAT64, 150, 5);
    Path npy = Files.write(root.resolve("iris.npy"), header.bytes());
    Files.write(npy, numbers.array(), java.nio.file.StandardOpenOption.APPEND);
    Cli cli = run("forest", npy, "--target", "4", "--sample", "1", "--trees", "1");
    assertEquals(0, cli.status(), cli.err());
    assertEquals("class,0,1,2", Files.readAllLines(out.resolve("confusion.csv")).getFirst());
    assertEquals("0,17,9,5,1.0,", Files.readAllLines(out.resolve("forest.csv")).getLast());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a,b\\n1,x\\n2,y\\n | no column 'c'; it has a, b",
        "b,c\\n | no rows",
        "c\\nx\\ny\\n | no column beside 'c' to learn from",
        "b,c\\n1,x\\n2,x\\n | column 'c' has one class alone, 'x'; there is nothing to learn",
        "b,c\\n1,1\\n2,0.5\\n | column 'c' holds numbers such as 0.5; a forest predicts classes",
        "b,c\\n1,x\\nlong,y\\n | line 3, column 'b': 'long' is not a finite number",
        "b,c\\n1,x\\nNaN,y\\n | line 3, column 'b': 'NaN' is not a finite number",
        "b,c\\n1,x\\n,y\\n | line 3, column 'b': '' is not a finite number",
        "b,c\\n1,x\\n2,\\n | line 3: no class in column 'c'",
        "b,c\\n1,x\\n2,NaN\\n | line 3: no class in column 'c'",
        "b,c\\n1,x\\n2d,y\\n | line 3, column 'b': '2d' is not a finite number",
        "b,c\\n1,x\\n1e999,y\\n | line 3, column 'b': '1e999' is not a finite number",
        "b,c\\n1,x\\n2,'y\\n3,z\\n | line 3: quotes that don't end",
        "b,c\\n1,x\\n2,'y | line 3: quotes that don't end",
        "b,c\\n1,x\\n'2,y\\n3,z\\n | line 3: quotes that don't end",
        "b,'c\\n1,x\\n | line 1: quotes that don't end",
        "b,c\\n1,x\\n2,y,3\\n | line 3: 3 fields; the first line names 2",
        "b,b,c\\n1,1,x\\n | two columns are named 'b'",
        "\u0089HDF\u001a | not a table: neither CSV nor named .parquet or .npy",
        "'' | empty; a CSV file begins with the names of its columns",
      })
  void tablesThatCannotBeLearntFrom(String content, String message) throws IOException {
    String text =
        content.equals("''") ? "" : content.replace("\\n", "\n").replaceAll("'(?=y|2|c)", "\"");
    Path file = Files.writeString(root.resolve("bad.csv"), text);
    assertRefused("sheaf forest: " + file + ": " + message, "forest", file, "--target", "c");
  }

  @Test
  void tooManyClasses() throws IOException {
    Path file = numbers(5000);
    assertRefused(
        "sheaf forest: %s: column 'c' has 5000 classes, such as 0; the most is 4096"
            .formatted(file),
        "forest",
        file,
        "--target",
        "c");
    assertRefused(
        "sheaf forest: %s: column 'c' has 1000 classes in 4096000 rows; the most is 2^31 / rows"
            .formatted(numbers(1000)),
        "forest",
        file,
        "--target",
        "c",
        "--replicate",
        "4096");
  }

  /// Of so many rows and classes.
  private Path numbers(int rows) throws IOException {
    String lines = IntStream.range(0, rows).mapToObj(row -> row + "," + row).collect(joining("\n"));
    return Files.writeString(root.resolve("numbers.csv"), "b,c\n" + lines);
  }

  /// Latin-1: of both names the same would be read.
  @Test
  void classesThatAreNoUtf8() throws IOException {
    Path file =
        Files.writeString(
            root.resolve("latin.csv"),
            "a,k\n1,M\u00fcller\n2,M\u00f6ller\n",
            StandardCharsets.ISO_8859_1);
    assertRefused(
        "sheaf forest: " + file + ": line 2, column 'k': 'M\ufffdller' is not UTF-8",
        "forest",
        file,
        "--target",
        "k");
  }

  @Test
  void largeWholeNumbersAreNoClasses() throws IOException {
    ByteBuffer numbers = ByteBuffer.allocate(4 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    numbers.putLong(1).putLong(1_000_000_000_000_000L).putLong(2).putLong(1L << 53);
    Path npy = Files.write(root.resolve("n.npy"), NpyHeader.of(DType.INT64, 2, 2).bytes());
    Files.write(npy, numbers.array(), java.nio.file.StandardOpenOption.APPEND);
    assertRefused(
        "sheaf forest: " + npy + ": row 1, column 1: whole numbers from 2^53 on are no classes",
        "forest",
        npy,
        "--target",
        "1");
    numbers.putLong(3 * Long.BYTES, 3);
    Files.write(npy, NpyHeader.of(DType.INT64, 2, 2).bytes());
    Files.write(npy, numbers.array(), java.nio.file.StandardOpenOption.APPEND);
    assertEquals(0, run("forest", npy, "--target", "1", "--sample", "1").status());
    assertEquals(
        "class,3,1000000000000000", Files.readAllLines(out.resolve("confusion.csv")).getFirst());
  }

  /// An attempt that is given up goes on for a while; another grows the same tree.
  @Test
  void treesOfAttemptsThatWereGivenUpDoNotVote() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder table = new StringBuilder("a,b,c,d,e,f,k\n");
    for (int row = 0; row < 5000; row++) {
      for (int column = 0; column < 6; column++) {
        table.append(random.nextDouble()).append(',');
      }
      table.append(random.nextInt(2)).append('\n');
    }
    Path file = Files.writeString(root.resolve("random.csv"), table);
    Object[] words = {"forest", file, "--target", "k", "--trees", "6"};
    assertEquals(0, run(words).status());
    String confusion = Files.readString(out.resolve("confusion.csv"));
    for (String timeout : List.of("0.01", "0.02", "0.03", "0.05", "0.08")) {
      Object[] timed = Arrays.copyOf(words, words.length + 4);
      System.arraycopy(
          new Object[] {"--timeout", timeout, "--retries", "40"}, 0, timed, words.length, 4);
      if (run(timed).status() == 0) {
        assertEquals(confusion, Files.readString(out.resolve("confusion.csv")), timeout);
      }
    }
  }

  @Test
  void parquetGivesTheForestOfTheSameRows() throws IOException {
    Path parquet = root.resolve("iris.parquet");
    try (DuckDb duckDb = new DuckDb()) {
      duckDb.execute(
          "COPY (FROM read_csv('%s')) TO '%s' (FORMAT parquet, ROW_GROUP_SIZE 64)"
              .formatted(iris, parquet));
    }
    run("forest", iris, "--target", "species", "--trees", "5");
    String model = Files.readString(out.resolve("forest.json"));
    Files.delete(out.resolve("forest.json"));
    assertEquals(0, run("forest", parquet, "--target", "species", "--trees", "5").status());
    assertEquals(model, Files.readString(out.resolve("forest.json")));
    Files.delete(out.resolve("forest.json"));
    assertRefused(
        "sheaf forest: %s: column 'species' holds text, not numbers".formatted(parquet),
        "forest",
        parquet,
        "--target",
        "petal_width");
  }

  @Test
  void wordsThatMakeNoSense() {
    assertRefused(
        "sheaf forest: --sample 1.5: must be above 0, at most 1",
        "forest",
        iris,
        "--target",
        "species",
        "--sample",
        "1.5");
    assertRefused(
        "sheaf forest: --sample 0.001: of 150 rows not one",
        "forest",
        iris,
        "--target",
        "species",
        "--sample",
        "0.001");
    assertRefused(
        "sheaf forest: --trees 0: must be at least 1",
        "forest",
        iris,
        "--target",
        "species",
        "--trees",
        "0");
    assertRefused(
        "sheaf forest: --trees 65536: the most is 65535",
        "forest",
        iris,
        "--target",
        "species",
        "--trees",
        "65536");
    assertRefused(
        "sheaf forest: " + root + ": can't be read: Is a directory",
        "forest",
        root,
        "--target",
        "species");
    Path missing = root.resolve("missing.csv");
    assertRefused(
        "sheaf forest: " + missing + ": can't be read: no such file or directory",
        "forest",
        missing,
        "--target",
        "species");
  }

  @Test
  void lineBreaksInQuotes() throws IOException {
    Path file =
        Files.writeString(
            root.resolve("lines.csv"), "\"a\nb\",c\n1,\"x\ny\"\n2,z\n1,\"x\ny\"\n2,z\n");
    Cli cli = run("forest", file, "--target", "c", "--sample", "1", "--trees", "1");
    assertEquals(0, cli.status(), cli.err());
    assertEquals("0,3,2,1,1.0,", Files.readAllLines(out.resolve("forest.csv")).getLast());
    assertEquals(0, run("predict", out.resolve("forest.json"), file).status());
    assertEquals(
        "row,c\n0,\"x\ny\"\n1,z\n2,\"x\ny\"\n3,z\n",
        Files.readString(out.resolve("predictions.csv")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\u0089HDF",
        "{",
        "{}",
        "[]",
        "{\"features\":[\"a\"],\"target\":\"t\",\"classes\":[\"x\"],\"trees\":[{\"feature\":[0],"
            + "\"threshold\":[0],\"left\":[0],\"label\":[0]}]}",
        "{\"features\":[\"a\"],\"target\":\"t\",\"classes\":[\"x\"],\"trees\":[{\"feature\":[-1],"
            + "\"threshold\":[1x5],\"left\":[0],\"label\":[0]}]}",
        "{\"features\":[\"a\"],\"target\":\"t\",\"classes\":[\"x\"],\"trees\":[{\"feature\":[-1],"
            + "\"threshold\":[0],\"left\":[null],\"label\":[0]}]}",
        "{\"features\":[\"a\"],\"target\":\"t\",\"classes\":[null],\"trees\":[{\"feature\":[-1],"
            + "\"threshold\":[0],\"left\":[0],\"label\":[0]}]}",
        "{\"features\":[null],\"target\":\"t\",\"classes\":[\"x\"],\"trees\":[{\"feature\":[-1],"
            + "\"threshold\":[0],\"left\":[0],\"label\":[0]}]}",
        "{\"features\":[\"a\"],\"target\":\"t\",\"classes\":[\"x\"],\"trees\":[{\"feature\":[-1],"
            + "\"threshold\":[1e999],\"left\":[0],\"label\":[0]}]}",
      })
  void modelsThatAreNone(String content) throws IOException {
    Path model =
        Files.writeString(root.resolve("model.json"), content, StandardCharsets.ISO_8859_1);
    assertRefused(
        "sheaf predict: " + model + ": not a model that sheaf forest has written, or cut short",
        "predict",
        model,
        iris);
  }

  @Test
  void aTableWithoutTheModelsColumns() throws IOException {
    run("forest", iris, "--target", "species", "--trees", "1");
    Path model = Files.move(out.resolve("forest.json"), root.resolve("model.json"));
    Path other = Files.writeString(root.resolve("other.csv"), "petal_width\n1\n");
    assertRefused(
        "sheaf predict: %s: no column 'sepal_length', which the model was trained on; it has petal_width"
            .formatted(other),
        "predict",
        model,
        other);
  }
}
