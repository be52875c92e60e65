package dev.sheaf.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of chance: what was written is read, wherever they are cut.
class CsvNumbersTest {
  private static final List<String> NUMBERS =
      List.of("", "7", "-0.25", "12.5", "0", "1e-3", "\"8\"", "NA", "123456789012345678901");

  private static final List<String> OTHERS =
      List.of(
          "",
          "5",
          "N",
          "\"a,b\"",
          "\"\"",
          "\"say \"\"so\"\"\"",
          "2022-02-01 12:30:00",
          "a b",
          "a long text without a comma");

  private static final List<String> LINES =
      List.of("\"two\nlines\"", "\"\n1,2,3\r\n\"", "\",\n\"\"\"", "\"a\"\",\n\"", "5");

  /// Quotes that have no meaning.
  private static final List<String> STRAY = List.of("x\"y", "12\"", "7\"\"", "5");

  @TempDir private Path directory;

  /// A cut within a field of several lines that looks like rows, and of more than is looked at.
  @Test
  void longFieldsInQuotes() throws IOException {
    StringBuilder text = new StringBuilder("\"a\nname\",b\n");
    List<List<Double>> written = new ArrayList<>();
    for (int row = 0; row < 30; row++) {
      text.append("\"").append("1,2\n".repeat(row * 100)).append("\",").append(row).append('\n');
      written.add(List.of((double) row));
    }
    Path file = Files.writeString(directory.resolve("long.csv"), text);
    Random random = new Random(1);
    assertEquals(written, read(file, List.of("b"), random));
    String longer = "\"" + "1,2\n".repeat(20_000) + "\",5\n";
    Files.writeString(file, text.insert(text.indexOf("\n\"\",0") + 1, longer));
    String message =
        assertThrows(IOException.class, () -> read(file, List.of("b"), 0, 10_000, Files.size(file)))
            .getMessage();
    assertEquals(
        "line 20003: a field in quotes is too long, or one without quotes has some, to read the"
            + " file in parts; as .csv.gz it is read as a whole",
        message);
  }

  @Test
  void quotesThatDontEnd() throws IOException {
    Path file = Files.writeString(directory.resolve("open.csv"), "a,b\n1,2\n3,\"4\n5,6\n");
    String message =
        assertThrows(IOException.class, () -> read(file, List.of("a"), new Random(1))).getMessage();
    assertEquals("line 3: quotes that don't end", message);
  }

  /// Seconds by Python's `datetime.timestamp()`.
  @ParameterizedTest
  @CsvSource({
    "2022-02-14 01:26:50, 1644802010",
    "2022-02-14T01:26:50, 1644802010",
    "2024-02-29 12:00:01, 1709208001",
    "1969-12-31 23:59:59, -1",
    "0001-01-01 00:00:00, -62135596800",
    "9999-12-31 23:59:59, 253402300799",
    "2022-02-14, 1644796800",
    "2022-02-14 01:26, 1644801960",
    "2022-02-14 01:26:50.25, 1644802010.25"
  })
  void times(String time, double seconds) throws IOException {
    Path file = Files.writeString(directory.resolve("times.csv"), "a,b\n7," + time + "\n");
    assertEquals(List.of(List.of(seconds)), read(file, List.of("b"), new Random(1)));
    TableColumn column = CsvNumbers.columns(file).get(1);
    assertTrue(column.numeric() && column.time());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2022-02-30 00:00:00",
        "2022-13-01 00:00:00",
        "2022-02-14 24:00:00",
        "2022-02-14 01:60:00",
        "2022-02-14 01:26:60",
        "2022-02-14 01:26:5x",
        "2022-02-14_01:26:50"
      })
  void noTimes(String time) throws IOException {
    Path file = Files.writeString(directory.resolve("times.csv"), "a,b\n7," + time + "\n");
    String message =
        assertThrows(IOException.class, () -> read(file, List.of("b"), new Random(1))).getMessage();
    assertEquals("line 2, column 'b': '" + time + "' is not a number", message);
    assertFalse(CsvNumbers.columns(file).get(1).numeric());
  }

  /// Told by the first line, or the file's name.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t.csv | 'a,b;c\n1,2\n'         | b;c",
        "t.csv | 'a\tb;c\n1\t2\n'       | b;c",
        "t.csv | 'a;b\n1;2\n'           | b",
        "t.csv | '\"a,1\tx\";b\n1;2\n'  | b",
        "t.csv | '\"a,\n1\tx\"\tb\n1\t2\n' | b",
        "t.TSV | 'a, m\tb\n1\t2\n'      | b",
        "t.tsv | 'a, m\n2\n'             | a, m"
      })
  void separators(String name, String text, String column) throws IOException {
    Path file = Files.writeString(directory.resolve(name), text.translateEscapes());
    assertEquals(List.of(List.of(2.0)), read(file, List.of(column), new Random(1)));
    assertTrue(CsvNumbers.columns(file).getLast().numeric());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void theNumbersOfAllParts(int seed) throws IOException {
    Random random = new Random(seed);
    int fields = 1 + random.nextInt(12);
    List<String> names = IntStream.range(0, fields).mapToObj(i -> "c" + i).toList();
    List<Integer> wanted = new ArrayList<>(IntStream.range(0, fields).boxed().toList());
    wanted.removeIf(_ -> random.nextBoolean());
    List<List<Double>> written = new ArrayList<>();
    String separator = List.of(",", "\t", ";").get(seed % 3);
    StringBuilder text = new StringBuilder(String.join(separator, names));
    List<String> others = new ArrayList<>(OTHERS);
    others.addAll(random.nextBoolean() ? LINES : STRAY);
    for (int row = 0; row < 300; row++) {
      List<String> line = new ArrayList<>();
      for (int i = 0; i < fields; i++) {
        List<String> from = wanted.contains(i) ? NUMBERS : others;
        line.add(from.get(random.nextInt(from.size())));
      }
      if (fields > 1 || !line.getFirst().isEmpty()) { // else no row
        text.append(List.of("\r\n", "\n\n", "\n", "\n").get(random.nextInt(4)))
            .append(String.join(separator, line));
        written.add(wanted.stream().map(i -> number(line.get(i))).toList());
      }
    }
    if (random.nextBoolean()) {
      text.insert(0, '\uFEFF');
    }
    Path file = Files.writeString(directory.resolve("chance.csv"), text);
    assertEquals(written, read(file, wanted.stream().map(names::get).toList(), random));
  }

  private static double number(String field) {
    return field.isEmpty() || field.equals("NA")
        ? Double.NaN
        : Double.parseDouble(field.replace("\"", ""));
  }

  private static List<List<Double>> read(Path file, List<String> names, Random random)
      throws IOException {
    long size = Files.size(file);
    return read(
        file,
        names,
        LongStream.concat(LongStream.of(0, size), random.longs(9, 0, size)).sorted().toArray());
  }

  private static List<List<Double>> read(Path file, List<String> names, long... cuts)
      throws IOException {
    List<List<Double>> rows = new ArrayList<>();
    double[][] batch = new double[names.size()][NumberReader.BATCH];
    CsvNumbers numbers = new CsvNumbers();
    for (int i = 1; i < cuts.length; i++) {
      if (cuts[i] > cuts[i - 1]) {
        numbers.open(new TablePart(file.toString(), cuts[i - 1], cuts[i]), names);
        for (int count; (count = numbers.next(batch)) > 0; ) {
          for (int row = 0; row < count; row++) {
            int each = row;
            rows.add(IntStream.range(0, names.size()).mapToObj(c -> batch[c][each]).toList());
          }
        }
      }
    }
    numbers.close();
    return rows;
  }
}
