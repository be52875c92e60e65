package dev.sheaf.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
          "x\"y",
          "2022-02-01 12:30:00",
          "a b",
          "a long text without a comma");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theNumbersOfAllParts(int seed) throws IOException {
    Random random = new Random(seed);
    int fields = 1 + random.nextInt(12);
    List<String> names = IntStream.range(0, fields).mapToObj(i -> "c" + i).toList();
    List<Integer> wanted = new ArrayList<>(IntStream.range(0, fields).boxed().toList());
    wanted.removeIf(_ -> random.nextBoolean());
    List<List<Double>> written = new ArrayList<>();
    StringBuilder text = new StringBuilder(String.join(",", names));
    for (int row = 0; row < 300; row++) {
      List<String> line = new ArrayList<>();
      for (int i = 0; i < fields; i++) {
        List<String> from = wanted.contains(i) ? NUMBERS : OTHERS;
        line.add(from.get(random.nextInt(from.size())));
      }
      if (fields > 1 || !line.getFirst().isEmpty()) { // else no row
        text.append(random.nextInt(5) == 0 ? "\r\n" : "\n").append(String.join(",", line));
        written.add(wanted.stream().map(i -> number(line.get(i))).toList());
      }
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
    long[] cuts =
        LongStream.concat(LongStream.of(0, size), random.longs(9, 0, size)).sorted().toArray();
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
