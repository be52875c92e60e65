package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.DuckDb;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `tips`, `hist` and `describe`; what they should tell is said by DuckDB 2.0.0.
class TipsCommandTest {
  @TempDir private static Path shared;
  private static Path taxi;
  private static DuckDb duckDb;

  @TempDir private Path root;

  @BeforeAll
  static void makeInput() {
    taxi = shared.resolve("taxi.parquet");
    Cli cli = Cli.run("sample", "taxi", taxi.toString(), "--rows", "300000", "--quiet");
    assertEquals(taxi + ": 300,000 rows in 3 row groups\n", cli.out());
    duckDb = new DuckDb();
    duckDb.execute("CREATE VIEW taxi AS SELECT * FROM '%s'".formatted(taxi));
  }

  @AfterAll
  static void close() {
    duckDb.close();
  }

  private Path out() {
    return root.resolve("out");
  }

  private Cli run(Object... words) {
    List<String> all = new ArrayList<>();
    for (Object word : words) {
      all.add(word.toString());
    }
    all.addAll(List.of("--quiet", "--ranks", "2", "--out", out().toString()));
    return Cli.run(all.toArray(String[]::new));
  }

  private void assertRefused(String message, Object... words) {
    Cli cli = run(words);
    assertEquals(message, cli.err().strip());
    assertEquals(2, cli.status());
    assertFalse(Files.exists(out().resolve("tips.csv")));
  }

  /// A line of a CSV file by the names in its first one.
  private Map<String, String> line(String file, int number) throws IOException {
    List<String> lines = Files.readAllLines(out().resolve(file));
    String[] names = lines.getFirst().split(",", -1);
    String[] values = lines.get(number).split(",", -1);
    Map<String, String> line = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      line.put(names[i], values[i]);
    }
    return line;
  }

  private static double number(Object value) {
    return Double.parseDouble(value.toString());
  }

  @Test
  void tipsAsDuckDbCountsThem() throws IOException {
    Cli cli = run("tips", taxi, "--where", "fare_amount > 0");
    assertEquals(0, cli.status(), cli.err());
    List<Object> expected =
        duckDb
            .query(
                """
                SELECT count(*), avg(r), avg(tip_amount) / avg(fare_amount), stddev_samp(r), min(r),
                  quantile_cont(r, 0.25), median(r), quantile_cont(r, 0.95), max(r),
                  count(*) FILTER (r >= 0.01 AND r <= 2), count(*) FILTER (r < 0.01)
                FROM (SELECT *, tip_amount / fare_amount AS r FROM taxi WHERE fare_amount > 0)
                """)
            .getFirst();
    List<String> names =
        List.of(
            "selected",
            "mean",
            "ratio_of_means",
            "std",
            "min",
            "25%",
            "50%",
            "95%",
            "max",
            "inside",
            "below");
    Map<String, String> told = line("tips.csv", 1);
    for (int i = 0; i < names.size(); i++) {
      double wanted = number(expected.get(i));
      // Fewer than 65,536 different ratios: the quantiles are exact.
      assertEquals(wanted, number(told.get(names.get(i))), 1e-12 * wanted, names.get(i));
    }
    assertEquals("300000", told.get("rows"));
    assertEquals("0", told.get("above"));
    List<List<Object>> bins =
        duckDb.query(
            """
            SELECT least(floor((r - 0.01) / 1.99 * 200), 199)::INTEGER AS bin, count(*)
            FROM (SELECT tip_amount / fare_amount AS r FROM taxi WHERE fare_amount > 0)
            WHERE r >= 0.01 AND r <= 2 GROUP BY bin ORDER BY bin
            """);
    List<String> lines = Files.readAllLines(out().resolve("tips-bins.csv"));
    assertEquals("from,to,count", lines.getFirst());
    long different = 0; // by ratios that are edges, where DuckDB has been told no better
    for (List<Object> bin : bins) {
      String line = lines.get(1 + (int) bin.getFirst());
      different += Math.abs((long) bin.get(1) - Long.parseLong(line.split(",", -1)[2]));
    }
    assertTrue(different < 300_000 / 50, different + "");
    assertTrue(Files.size(out().resolve("tips.png")) > 1000);
    assertTrue(Files.readString(out().resolve("tips.svg")).contains("fare_amount &gt; 0"));
  }

  /// The same rows as CSV, whole and gzipped, and as Parquet of other types and compressions.
  @Test
  void everyKindOfFile() throws IOException {
    assertEquals(0, run("tips", taxi).status());
    List<String> tips = Files.readAllLines(out().resolve("tips-bins.csv"));
    Path csv = root.resolve("taxi.csv");
    duckDb.execute("COPY taxi TO '%s' (HEADER)".formatted(csv));
    Path tsv = root.resolve("taxi.tsv");
    duckDb.execute("COPY taxi TO '%s' (HEADER, DELIMITER '\t')".formatted(tsv));
    Path gz = root.resolve("taxi.csv.gz");
    try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(gz))) {
      Files.copy(csv, packed);
    }
    Path decimal = root.resolve("decimal.parquet");
    duckDb.execute(
        """
        COPY (SELECT fare_amount::DECIMAL(18, 2) AS fare_amount, tip_amount::DECIMAL(7, 2) AS tip_amount
        FROM taxi) TO '%s' (FORMAT parquet, COMPRESSION zstd)\
        """
            .formatted(decimal));
    for (Path file : List.of(csv, tsv, gz, decimal)) {
      Cli cli = run("tips", file);
      assertEquals(0, cli.status(), cli.err());
      assertEquals(tips, Files.readAllLines(out().resolve("tips-bins.csv")), file.toString());
    }
    assertEquals(0, run("describe", csv).status());
    List<String> ofCsv = Files.readAllLines(out().resolve("describe.csv"));
    assertEquals(0, run("describe", taxi).status());
    List<String> ofParquet = Files.readAllLines(out().resolve("describe.csv"));
    assertEquals(18, ofCsv.size() - 1);
    for (int i = 0; i < ofCsv.size(); i++) {
      // Parts are cut elsewhere: mean and deviation may differ in their last digits.
      List<String> a = new ArrayList<>(Arrays.asList(ofCsv.get(i).split(",", -1)));
      List<String> b = new ArrayList<>(Arrays.asList(ofParquet.get(i).split(",", -1)));
      a.subList(3, 5).clear();
      b.subList(3, 5).clear();
      assertEquals(b, a);
    }
  }

  @Test
  void describesAsPandasDoes() throws IOException {
    Cli cli = run("describe", taxi);
    assertEquals(0, cli.status(), cli.err());
    for (String column : List.of("fare_amount", "passenger_count", "PULocationID", "tip_amount")) {
      List<Object> expected =
          duckDb
              .query(
                  """
                  SELECT count(x), count(*) - count(x), avg(x), stddev_samp(x), min(x),
                    quantile_cont(x, 0.25), median(x), quantile_cont(x, 0.75), max(x)
                  FROM (SELECT %s::DOUBLE AS x FROM taxi)\
                  """
                      .formatted(column))
              .getFirst();
      List<String> lines = Files.readAllLines(out().resolve("describe.csv"));
      String line = lines.stream().filter(l -> l.startsWith(column + ",")).findFirst().get();
      String[] told = line.split(",", -1);
      for (int i = 0; i < expected.size(); i++) {
        double wanted = number(expected.get(i));
        assertEquals(wanted, number(told[i + 1]), 1e-12 * Math.abs(wanted), line);
      }
    }
    Map<String, String> time = line("describe.csv", 2);
    assertEquals("tpep_pickup_datetime", time.get("column"));
    assertEquals(
        duckDb.query("SELECT max(tpep_pickup_datetime)::VARCHAR FROM taxi").getFirst().getFirst(),
        time.get("max"));
    assertEquals("", time.get("std"));
    assertTrue(cli.out().endsWith("describe.csv: 300,000 rows, 18 columns of numbers\n"));
  }

  @Test
  void histOfAColumnFindsItsRange() throws IOException {
    Cli cli = run("hist", taxi, "--column", "trip_distance", "--where", "trip_distance < 30");
    assertEquals(0, cli.status(), cli.err());
    Map<String, String> told = line("hist.csv", 1);
    assertEquals(told.get("selected"), told.get("inside"));
    Map<String, String> first = line("hist-bins.csv", 1);
    assertEquals(told.get("min"), first.get("from"));
    assertEquals(told.get("max"), line("hist-bins.csv", 50).get("to"));
    assertEquals(
        duckDb
            .query("SELECT count(*) FROM taxi WHERE trip_distance < %s".formatted(first.get("to")))
            .getFirst()
            .getFirst()
            .toString(),
        first.get("count"));
  }

  @Test
  void labelsAreCountedApart() throws IOException {
    Path directory = Files.createDirectories(root.resolve("in/other"));
    duckDb.execute(
        "COPY (SELECT * FROM taxi LIMIT 1000) TO '%s' (FORMAT parquet)"
            .formatted(directory.resolve("a.parquet")));
    duckDb.execute(
        "COPY (SELECT * FROM taxi LIMIT 500) TO '%s' (HEADER)"
            .formatted(directory.resolve("b.csv")));
    Cli cli =
        run(
            "tips",
            "--label",
            "yellow=" + taxi,
            "--label",
            "rideshare=" + directory + "/*",
            "--where",
            "tpep_pickup_datetime >= '2022-02-15' and fare_amount > 0");
    assertEquals(0, cli.status(), cli.err());
    String later =
        "SELECT count(*) FROM taxi WHERE fare_amount > 0 AND tpep_pickup_datetime >= '2022-02-15'";
    assertEquals(
        duckDb.query(later).getFirst().getFirst().toString(), line("tips.csv", 1).get("selected"));
    Map<String, String> other = line("tips.csv", 2);
    assertEquals("rideshare", other.get("label"));
    assertEquals("1500", other.get("rows"));
    assertEquals(
        "from,to,yellow,rideshare", Files.readAllLines(out().resolve("tips-bins.csv")).getFirst());
    assertTrue(Files.readString(out().resolve("tips.svg")).contains(">rideshare<"));
  }

  /// The bits that the quantiles of one label must drop are none of another's.
  @Test
  void quantilesOfALabelAreItsOwn() throws IOException {
    Path few = root.resolve("few.csv");
    Files.writeString(few, "tip_amount\n0.1\n0.2\n0.3\n");
    Path many = root.resolve("many.csv");
    StringBuilder rows = new StringBuilder("tip_amount\n");
    for (int i = 1; i < 100_000; i++) {
      rows.append(Math.sqrt(i)).append('\n');
    }
    Files.writeString(many, rows);
    String words =
        "hist --label many=%s --label few=%s --column tip_amount --quiet --ranks 1 --threads 1 --out %s"
            .formatted(many, few, out());
    Cli cli = Cli.run(words.split(" "));
    assertEquals(0, cli.status(), cli.err());
    assertEquals("0.2", line("hist.csv", 2).get("50%"));
  }

  @Test
  void nullsAndDivisionsByZero() throws IOException {
    Path file = Files.writeString(root.resolve("n.csv"), "a,b\n1,2\n,1\n1,0\n0,0\nNA,\n\"3\",-4\n");
    Cli cli = run("tips", file, "--ratio", "a/b", "--range=-1:1", "--bins", "4");
    assertEquals(0, cli.status(), cli.err());
    Map<String, String> told = line("tips.csv", 1);
    assertEquals("6", told.get("rows"));
    assertEquals("3", told.get("nulls")); // null / 1, 0 / 0, null / null
    assertEquals("Infinity", told.get("max"));
    assertEquals("2", told.get("inside"));
    assertEquals("1", told.get("above"));
    assertEquals("-0.75", told.get("min"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--ratio|fare_amount/|--ratio 'fare_amount/': expected a number or a column, found the end,"
            + " at character 13",
        "--where|fare_amount >|--where 'fare_amount >': expected a number or a column, found the"
            + " end, at character 14",
        "--where|fare_amount + 1|--where 'fare_amount + 1': expected a condition, found a number,"
            + " at character 1",
        "--ratio|1/2|'1/2': names no column",
        "--bins|0|--bins 0: must be 1 to 1048576",
        "--range|2:1|--range 2.0:1.0: the low end must be below the high one",
        "--range|2|--range 2: write LOW:HIGH, as 0.01:2",
        "--where|fare_amount > 1e9|TAXI: no row has a value of 'tip_amount/fare_amount' where"
            + " fare_amount > 1e9",
        "--ratio|tip/fare_amount|TAXI: no column 'tip'; it has COLUMNS",
        "--where|store_and_fwd_flag = 1|TAXI: column 'store_and_fwd_flag' holds text, not numbers",
        "--label|x=nowhere|FILES and --label: give one of the two",
      })
  void wordsThatMakeNoSense(String option, String word, String message) {
    String columns =
        "VendorID, tpep_pickup_datetime, tpep_dropoff_datetime, passenger_count, trip_distance,"
            + " RatecodeID, store_and_fwd_flag, PULocationID, DOLocationID, payment_type,"
            + " fare_amount, extra, mta_tax, tip_amount, tolls_amount, improvement_surcharge,"
            + " total_amount, congestion_surcharge, airport_fee";
    assertRefused(
        "sheaf tips: " + message.replace("TAXI", taxi.toString()).replace("COLUMNS", columns),
        "tips",
        taxi,
        option,
        word);
  }

  /// A file without rows, and columns without values, fit to any.
  @Test
  void columnsWithoutValues() throws IOException {
    Path some = Files.writeString(root.resolve("f.csv"), "id,name,t\n1,bob,2022-02-01\n3,al,\n");
    Path empty = Files.writeString(root.resolve("e.csv"), "id,name,t\n");
    Path nulls = Files.writeString(root.resolve("g.CSV"), "id,name,t\n2,,\n");
    for (List<Path> files :
        List.of(
            List.of(some, nulls, empty),
            List.of(empty, some, nulls),
            List.of(nulls, empty, some))) {
      Object[] words = Stream.concat(Stream.of("describe"), files.stream()).toArray();
      Cli cli = run(words);
      assertEquals(0, cli.status(), cli.err());
      assertEquals("3", line("describe.csv", 1).get("count"));
      assertEquals("id", line("describe.csv", 1).get("column"));
      assertEquals("t", line("describe.csv", 2).get("column"));
      assertEquals("1", line("describe.csv", 2).get("count"));
      assertEquals("2022-02-01 00:00:00", line("describe.csv", 2).get("max"));
    }
    Path text = Files.writeString(root.resolve("h.csv"), "id,name,t\n1,2,2022-02-01\n");
    assertRefused(
        "sheaf describe: %s: column 'name' holds numbers, but text in %s: give files of one schema"
            .formatted(text, some),
        "describe",
        some,
        text);
  }

  @Test
  void twoColumnsOfOneName() throws IOException {
    Path file = root.resolve("dup.parquet");
    duckDb.execute(
        "COPY (SELECT {'b': 1::INT} a, 100::INT \"a.b\" FROM range(3)) TO '%s' (FORMAT parquet)"
            .formatted(file));
    assertRefused("sheaf describe: " + file + ": two columns are named 'a.b'", "describe", file);
    assertRefused(
        "sheaf forest: " + file + ": two columns are named 'a.b'", "forest", file, "--target", "c");
  }

  /// NumPy has no bins there either: "Too many bins for data range".
  @Test
  void valuesWithoutRoomForBins() throws IOException {
    Path file = Files.writeString(root.resolve("large.csv"), "a,b\n1e17,0\n1e17,1e-323\n");
    Cli cli = run("hist", file, "--column", "b", "--bins", "2");
    assertEquals(0, cli.status(), cli.err());
    cli = run("hist", file, "--column", "b", "--bins", "1048576", "--range", "0:1");
    assertEquals(0, cli.status(), cli.err());
    cli = run("hist", file, "--column", "a");
    assertEquals(2, cli.status());
    assertEquals("sheaf hist: all values are 1.0E17: give --range", cli.err().strip());
  }

  @Test
  void filesThatDontFit() throws IOException {
    Path a = Files.writeString(root.resolve("a.csv"), "x,y,t\n1,2,2022-02-01\n");
    Path b = Files.writeString(root.resolve("b.csv"), "x,y,t\n1,2,3\n");
    Path c = Files.writeString(root.resolve("c.csv"), "x,t\n1,2022-02-01\n");
    Path d = Files.writeString(root.resolve("d.csv"), "x,y,t,z\n1,2,2022-02-01,4\n");
    Path e = Files.writeString(root.resolve("e.csv"), "x,y,t\n");
    assertRefused(
        "sheaf tips: %s: no column 'y', which %s has; it has x, t".formatted(c, a),
        "tips",
        a,
        c,
        "--ratio",
        "x/y");
    assertRefused(
        "sheaf tips: %s: column 't' holds numbers, but timestamps in %s".formatted(b, a),
        "tips",
        a,
        b,
        "--ratio",
        "x/t");
    assertRefused(
        "sheaf describe: %s: column 'z' is not in %s: give files of one schema".formatted(d, a),
        "describe",
        a,
        d);
    assertRefused("sheaf tips: " + e + ": no rows", "tips", e, "--ratio", "x/y");
    assertRefused(
        "sheaf tips: no files given; give FILES, or --label NAME=GLOB for each kind of them",
        "tips");
    Path f = root.resolve("f.parquet");
    duckDb.execute("COPY (SELECT 1 AS x WHERE false) TO '%s' (FORMAT parquet)".formatted(f));
    assertRefused("sheaf hist: " + f + ": no rows", "hist", f, "--column", "x");
    assertRefused("sheaf describe: " + f + ": no rows", "describe", f);
    Path g = Files.createFile(root.resolve("g.csv.gz"));
    assertRefused("sheaf describe: " + g + ": can't be read: it ends too early", "describe", g);
    Path none = Files.createDirectories(root.resolve("none"));
    assertRefused(
        "sheaf tips: %s: no tables in this directory (looked for *.parquet, *.csv, *.csv.gz, *.tsv)"
            .formatted(none),
        "tips",
        none);
  }

  @Test
  void aFileCutShortIsAFailedItem() throws IOException {
    byte[] whole = Files.readAllBytes(taxi);
    Path cut = Files.write(root.resolve("cut.parquet"), Arrays.copyOf(whole, whole.length / 2));
    Cli cli = run("tips", cut);
    assertEquals(1, cli.status());
    assertTrue(cli.err().contains("(%s) failed on rank 0".formatted(cut)), cli.err());
    assertTrue(
        cli.err().contains("cut short: Parquet's footer, which tells the row groups, is missing"),
        cli.err());
    assertFalse(Files.exists(out().resolve("tips.csv")));
    Cli described = run("describe", cut);
    assertEquals(1, described.status());
    assertTrue(described.err().contains("(%s) failed on rank".formatted(cut)), described.err());
    assertFalse(Files.exists(out().resolve("describe.csv")));
    Cli both = run("tips", taxi, cut, "--on-error", "continue");
    assertEquals(1, both.status());
    assertEquals("300000", line("tips.csv", 1).get("rows"));
  }

  /// Zeros in the place of the second row group's data, as a download that was broken off leaves.
  @Test
  void damageIsToldWithItsRowGroup() throws IOException {
    byte[] bytes = Files.readAllBytes(taxi);
    Arrays.fill(bytes, bytes.length / 2 - 200_000, bytes.length / 2 + 1_000_000, (byte) 0);
    Path damaged = Files.write(root.resolve("damaged.parquet"), bytes);
    Cli cli = run("describe", damaged);
    assertEquals(1, cli.status());
    assertTrue(cli.err().contains("(" + damaged + ", row group 1) failed"), cli.err());
    assertFalse(Files.exists(out().resolve("describe.csv")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,b\\n1,x\\n|column 'b' holds text, not numbers",
        "|empty; a CSV file begins with the names of its columns",
      })
  void csvThatCantBeCounted(String text, String message) throws IOException {
    Path file =
        Files.writeString(root.resolve("f.csv"), text == null ? "" : text.replace("\\n", "\n"));
    assertRefused("sheaf tips: " + file + ": " + message, "tips", file, "--ratio", "a/b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2,3|line 2001: 3 fields; the first line names 2",
        "1|line 2001: 1 fields; the first line names 2",
        "1,x|line 2001, column 'b': 'x' is not a number",
        "1,\"2|line 2001: quotes that don't end",
      })
  void aBadLineIsAFailedItem(String bad, String message) throws IOException {
    Path file = root.resolve("f.csv");
    String text = "a,b\n" + "1,2\n".repeat(1999) + bad + "\n1,2\n";
    Files.write(file, text.getBytes(StandardCharsets.US_ASCII));
    Cli cli = run("tips", file, "--ratio", "a/b");
    assertEquals(1, cli.status());
    assertTrue(cli.err().contains(message), cli.err());
  }

  /// Rows lie across the ends of the parts of a file, and so do line breaks within quotes.
  @Test
  void partsOfACsvFileHaveEachRowOnce() throws IOException {
    Path file = root.resolve("long.csv");
    StringBuilder text = new StringBuilder("name,a\r\n");
    for (int i = 0; text.length() < 20 << 20; i++) {
      text.append("\"n,").append(i % 7 == 0 ? "0\r\n" : " ").append("x\n".repeat(i % 50));
      text.append("\",").append(i % 1000).append("\r\n");
    }
    Files.writeString(file, text);
    Cli cli = run("hist", file, "--column", "a");
    assertEquals(0, cli.status(), cli.err());
    Map<String, String> told = line("hist.csv", 1);
    List<Object> expected =
        duckDb.query("SELECT count(*), avg(a) FROM '%s'".formatted(file)).getFirst();
    assertEquals(expected.getFirst().toString(), told.get("rows"));
    assertEquals(number(expected.get(1)), number(told.get("mean")), 1e-10);
  }
}
