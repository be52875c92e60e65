package dev.sheaf.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.parquet.ParquetColumn.Kind;
import dev.sheaf.random.KeyedRandom;
import dev.sheaf.testing.DuckDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that DuckDB 2.0.0 writes, and what it says is in them.
class ParquetFileTest {
  private static DuckDb duckDb;

  @TempDir private Path root;

  /// Columns of every kind; some nulls in each, some of few values, some of many.
  @BeforeAll
  static void makeTable() {
    duckDb = new DuckDb();
    duckDb.execute(
        """
        CREATE TABLE t AS SELECT
          i AS id,
          (i % 251 - 125)::TINYINT AS i8,
          (i * 7 % 60000 - 30000)::SMALLINT AS i16,
          CASE WHEN i % 3 = 0 THEN NULL ELSE (i * 48271 % 2147483647 - 1000000000)::INTEGER END AS i32,
          CASE WHEN i % 5 = 1 THEN NULL ELSE (i * 9999991 - 40000000000)::BIGINT END AS i64,
          (i % 256)::UTINYINT AS u8,
          (4294967295 - i)::UINTEGER AS u32,
          (18446744073709551615 - i::UBIGINT)::UBIGINT AS u64,
          (i * 0.37 - 200)::FLOAT AS f32,
          CASE WHEN i % 4 = 2 THEN NULL WHEN i % 1001 = 7 THEN 'nan'::DOUBLE ELSE sin(i) * 1e6 END AS f64,
          (i % 40)::DOUBLE / 4 AS few,
          (i * 0.01 - 77)::DECIMAL(4, 1) AS d4,
          CASE WHEN i % 7 = 3 THEN NULL ELSE (i * 0.01 - 177)::DECIMAL(9, 2) END AS d9,
          (i * 1.2345 - 1e6)::DECIMAL(18, 4) AS d18,
          CASE WHEN i % 2 = 0 THEN NULL ELSE (i * 12345678901.25 - 5e12)::DECIMAL(38, 10) END AS d38,
          CASE WHEN i % 11 = 0 THEN NULL ELSE i % 3 = 1 END AS b,
          DATE '1969-06-01' + (i % 40000)::INTEGER AS day,
          TIME '00:00:00' + to_seconds(i % 86400) AS time,
          TIMESTAMP '2022-02-01 00:00:00' + to_microseconds(i * 1234567) AS us,
          (TIMESTAMP '2022-02-01 00:00:00' + to_milliseconds(i * 977))::TIMESTAMP_MS AS ms,
          (TIMESTAMP '2022-02-01 00:00:00' + to_seconds(i))::TIMESTAMP_NS AS ns,
          CASE WHEN i % 13 = 5 THEN NULL ELSE 'value ' || (i % 300) END AS word,
          'key ' || i || repeat('x', (i % 20)::INTEGER) AS long_word,
          NULL::DOUBLE AS nothing,
          {'a': i, 'b': CASE WHEN i % 2 = 0 THEN i * 0.5 END} AS pair,
          [i, i + 1] AS list
        FROM range(0, 10000) r(i)
        """);
  }

  @AfterAll
  static void close() {
    duckDb.close();
  }

  private Path write(String options) {
    Path file = root.resolve("t.parquet");
    duckDb.execute("COPY t TO '%s' (FORMAT parquet%s)".formatted(file, options));
    return file;
  }

  private static List<Object> values(ParquetFile file, ParquetColumn column) throws IOException {
    List<Object> values = new ArrayList<>();
    ColumnReader reader = new ColumnReader();
    for (int group = 0; group < file.groups(); group++) {
      int rows = Math.toIntExact(file.rows(group));
      reader.open(file, group, column);
      double[] numbers = new double[rows];
      String[] texts = new String[rows];
      for (int done = 0; done < rows; done += 777) {
        int some = Math.min(777, rows - done);
        if (column.kind() == Kind.TEXT) {
          reader.read(texts, done, some);
        } else {
          reader.read(numbers, done, some);
        }
      }
      for (int row = 0; row < rows; row++) {
        values.add(column.kind() == Kind.TEXT ? texts[row] : (Object) numbers[row]);
      }
    }
    return values;
  }

  private static String sql(ParquetColumn column) {
    return switch (column.kind()) {
      case TEXT -> column.name();
      case TIMESTAMP, DATE -> "epoch_us(%s::TIMESTAMP)::DOUBLE / 1e6".formatted(column.name());
      case TIME -> "epoch_us(%s)::DOUBLE / 1e6".formatted(column.name());
      case BOOLEAN -> column.name() + "::INTEGER::DOUBLE";
      default -> column.name() + "::DOUBLE";
    };
  }

  private static void compare(Path path) throws IOException {
    try (ParquetFile file = ParquetFile.open(path)) {
      int compared = 0;
      for (ParquetColumn column : file.columns()) {
        if (column.repeated()) {
          assertEquals("list.list.element", column.name());
          continue;
        }
        List<List<Object>> expected =
            duckDb.query("SELECT %s FROM t ORDER BY id".formatted(sql(column)));
        List<Object> values = values(file, column);
        assertEquals(expected.size(), values.size());
        for (int row = 0; row < values.size(); row++) {
          Object wanted = expected.get(row).getFirst();
          if (column.kind() == Kind.TEXT) {
            assertEquals(wanted, values.get(row), column.name());
          } else {
            double number = wanted == null ? Double.NaN : (double) wanted;
            assertEquals(
                number,
                (double) values.get(row),
                wanted == null || Double.isNaN(number) ? 0 : Math.ulp(number),
                column.name());
          }
        }
        compared++;
      }
      assertEquals(26, compared);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"uncompressed", "snappy", "gzip", "zstd", "lz4_raw"})
  void everyKindOfColumnUnderEachCompression(String compression) throws IOException {
    compare(write(", COMPRESSION " + compression));
    compare(write(", ROW_GROUP_SIZE 4096, PARQUET_VERSION V2, COMPRESSION " + compression));
  }

  @Test
  void withoutDictionaries() throws IOException {
    compare(write(", DICTIONARY_SIZE_LIMIT 1"));
    compare(write(", DICTIONARY_SIZE_LIMIT 1, PARQUET_VERSION V2"));
  }

  @Test
  void columnsAreToldByTheirKinds() throws IOException {
    try (ParquetFile file = ParquetFile.open(write(", ROW_GROUP_SIZE 4096"))) {
      assertEquals(3, file.groups());
      assertEquals(4096, file.rows(0));
      ParquetColumn decimal = file.columns().get(12);
      assertEquals("d9", decimal.name());
      assertEquals("decimal numbers", decimal.words());
      assertEquals("text", file.columns().get(21).words());
      assertTrue(file.columns().getLast().repeated());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10, 'not a Parquet file, or cut short: it has 10 bytes'",
    "5000, 'cut short: Parquet''s footer, which tells the row groups, is missing at its end'"
  })
  void aFileCutShort(int bytes, String message) throws IOException {
    Path file = write("");
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), bytes));
    assertEquals(
        message, assertThrows(ParquetException.class, () -> ParquetFile.open(file)).getMessage());
  }

  @Test
  void anyDamageIsToldAndEnds() throws IOException {
    Path whole = write(", ROW_GROUP_SIZE 4096, COMPRESSION uncompressed");
    byte[] bytes = Files.readAllBytes(whole);
    KeyedRandom random = KeyedRandom.of(5, 0);
    int told = 0;
    for (int i = 0; i < 400; i++) {
      byte[] damaged = bytes.clone();
      int at = i % 2 == 0 ? random.nextInt(bytes.length) : bytes.length - 1 - random.nextInt(9000);
      for (int k = at; k < Math.min(at + 1 + i % 50, bytes.length); k++) {
        damaged[k] = (byte) random.nextInt();
      }
      Path file = Files.write(root.resolve("damaged.parquet"), damaged);
      try (ParquetFile opened = ParquetFile.open(file)) {
        ColumnReader reader = new ColumnReader();
        for (ParquetColumn column : opened.columns()) {
          if (column.numeric()) {
            reader.open(opened, 0, column);
            reader.read(new double[4096], 0, 4096);
          }
        }
      } catch (IOException e) {
        told++;
      }
    }
    assertTrue(told > 50, told + " of 400");
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    int rows = 70_000;
    long[] whole = new long[rows];
    double[] few = new double[rows];
    double[] many = new double[rows];
    String[] texts = new String[rows];
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      whole[i] = 1_643_673_600_000_000L + i * 1_000_003L;
      few[i] = i % 9 == 4 ? Double.NaN : i % 100 * 0.25;
      sum += Double.isNaN(few[i]) ? 0 : 2 * few[i];
      many[i] = i * 0.001 - 3;
      texts[i] = i % 50 == 0 ? null : i % 2 == 0 ? "Y" : "N";
    }
    ParquetWriter writer =
        new ParquetWriter(
            List.of(
                new ParquetWriter.Field("at", ParquetWriter.Type.TIMESTAMP),
                new ParquetWriter.Field("few", ParquetWriter.Type.DOUBLE),
                new ParquetWriter.Field("many", ParquetWriter.Type.DOUBLE),
                new ParquetWriter.Field("flag", ParquetWriter.Type.TEXT),
                new ParquetWriter.Field("n", ParquetWriter.Type.INTEGER)));
    ParquetWriter.RowGroup group =
        writer.rowGroup(List.of(whole, few, many, texts, new long[rows]), rows);
    Path path = root.resolve("written.parquet");
    try (var out = Files.newOutputStream(path)) {
      out.write(ParquetWriter.head());
      out.write(group.bytes());
      out.write(group.bytes());
      out.write(writer.footer(List.of(group, group)));
    }
    assertEquals(
        List.of(
            List.<Object>of(140_000L, 124_444L, 137_200L, sum, 0L),
            List.<Object>of("at", "TIMESTAMP")),
        List.of(
            duckDb
                .query(
                    "SELECT count(*), count(few), count(flag), round(sum(few), 3), sum(n)::BIGINT FROM '%s'"
                        .formatted(path))
                .getFirst(),
            duckDb
                .query("SELECT column_name, column_type FROM (DESCRIBE FROM '%s')".formatted(path))
                .getFirst()));
    try (ParquetFile file = ParquetFile.open(path)) {
      ColumnReader reader = new ColumnReader();
      double[] numbers = new double[rows];
      reader.open(file, 1, file.columns().get(2));
      reader.read(numbers, 0, rows);
      for (int i = 0; i < rows; i++) {
        assertEquals(many[i], numbers[i]);
      }
      String[] read = new String[rows];
      reader.open(file, 0, file.columns().get(3));
      reader.read(read, 0, rows);
      assertNull(read[50]);
      assertEquals("N", read[51]);
      reader.open(file, 0, file.columns().getFirst());
      reader.read(numbers, 0, rows);
      assertEquals(1_643_673_600 + 69_999 * 1.000003, numbers[rows - 1], 1e-6);
    }
  }
}
