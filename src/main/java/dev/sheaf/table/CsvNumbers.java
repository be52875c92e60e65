package dev.sheaf.table;

import dev.sheaf.InputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/// Numbers of CSV files, from any byte on: each line is a row, so that a line break must not be
/// within quotes. A row belongs to the part in which it begins. Fields are numbers, times
/// (`2022-02-01 12:30:00`, as seconds since 1970), or null: what pandas takes for it.
final class CsvNumbers implements NumberReader.Source {
  /// Rows by which columns are told apart: numbers, times, text.
  private static final int SAMPLE = 1000;

  private static final Set<String> NULLS =
      Set.of(
          "", "NA", "N/A", "n/a", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None", "<NA>",
          "#N/A", "#NA");

  /// Up to here a number and its power of ten are exact, and so their quotient is rounded once.
  private static final long EXACT = 1L << 53;

  private static final double[] TENS = new double[23];

  static {
    Arrays.setAll(TENS, i -> Double.parseDouble("1e" + i));
  }

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long LOW_BITS = 0x7f * EACH;
  private static final long COMMAS = ',' * EACH;
  private static final long BREAKS = '\n' * EACH;
  private static final long QUOTES = '"' * EACH;

  private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);

  private InputStream in;
  private boolean ended;

  /// Whole lines up to `whole`, and the beginning of another up to `filled`.
  private byte[] buffer = new byte[1 << 18];

  private int at;
  private int whole;
  private int filled;

  /// Where in the file the buffer begins.
  private long offset;

  /// Rows that begin here belong to others.
  private long to;

  private List<String> names;
  private int fields;

  /// Of each field that is read how many are passed over before it, and the column that it is read
  /// into.
  private int[] gap;

  private int[] column;

  static boolean isPacked(Path file) {
    return file.toString().endsWith(".gz");
  }

  /// The columns of a file, by its first line and some rows more.
  static List<TableColumn> columns(Path file) throws IOException {
    try (CsvReader reader = new CsvReader(file)) {
      List<String> names = reader.names();
      boolean[] text = new boolean[names.size()];
      boolean[] times = new boolean[names.size()];
      boolean[] numbers = new boolean[names.size()];
      for (int row = 0; row < SAMPLE && reader.next(); row++) {
        for (int i = 0; i < text.length; i++) {
          String field = reader.text(i).strip();
          if (!NULLS.contains(field)) {
            boolean time = Double.isNaN(parsed(field));
            numbers[i] |= !time;
            times[i] |= time && !Double.isNaN(seconds(field));
            text[i] |= time && Double.isNaN(seconds(field));
          }
        }
      }
      List<TableColumn> columns = new ArrayList<>();
      for (int i = 0; i < text.length; i++) {
        boolean numeric = !text[i] && !(times[i] && numbers[i]);
        String words = !numeric ? "text" : times[i] ? "timestamps" : "numbers";
        columns.add(new TableColumn(names.get(i), words, numeric, numeric && times[i]));
      }
      return columns;
    }
  }

  @Override
  public void open(TablePart part, List<String> wanted) throws IOException {
    close();
    Path file = Path.of(part.file());
    names = wanted;
    at = 0;
    whole = 0;
    filled = 0;
    ended = false;
    to = part.to() < 0 ? Long.MAX_VALUE : part.to();
    List<String> header = header(file);
    fields = header.size();
    int[] read = IntStream.range(0, fields).filter(i -> wanted.contains(header.get(i))).toArray();
    column = IntStream.of(read).map(i -> wanted.indexOf(header.get(i))).toArray();
    gap =
        IntStream.range(0, read.length)
            .map(i -> read[i] - (i == 0 ? 0 : read[i - 1] + 1))
            .toArray();
    if (isPacked(file)) {
      in =
          new GZIPInputStream(
              new BufferedInputStream(Files.newInputStream(file), 1 << 16), 1 << 16);
      offset = 0;
    } else {
      FileChannel channel = FileChannel.open(file);
      offset = Math.max(0, part.from() - 1);
      in = Channels.newInputStream(channel.position(offset));
    }
    // The names, or the rest of a row that began before.
    if (line()) {
      skipLine();
    }
  }

  private static List<String> header(Path file) throws IOException {
    try (CsvReader reader = new CsvReader(file)) {
      return reader.names();
    } catch (InputException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public int next(double[][] batch) throws IOException {
    int row = 0;
    while (row < NumberReader.BATCH && line() && offset + at < to) {
      if (buffer[at] == '\n' || (buffer[at] == '\r' && buffer[at + 1] == '\n')) {
        skipLine(); // an empty line
      } else {
        row(batch, row++);
      }
    }
    return row;
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
      in = null;
    }
  }

  /// Makes sure that there is a whole line in the buffer.
  ///
  /// @return whether there is
  private boolean line() throws IOException {
    while (at == whole) {
      if (ended && filled == at) {
        return false;
      }
      System.arraycopy(buffer, at, buffer, 0, filled - at);
      offset += at;
      filled -= at;
      at = 0;
      if (filled == buffer.length - 1) {
        buffer = Arrays.copyOf(buffer, Math.multiplyExact(2, buffer.length));
      }
      int some = in.read(buffer, filled, buffer.length - 1 - filled);
      if (some < 0) {
        ended = true;
        if (filled > 0) {
          buffer[filled++] = '\n'; // of the last line, or one more
        }
      } else {
        filled += some;
      }
      whole = filled;
      while (whole > 0 && buffer[whole - 1] != '\n') {
        whole--;
      }
    }
    return true;
  }

  private void skipLine() {
    while (buffer[at++] != '\n') {}
  }

  private void row(double[][] batch, int row) throws IOException {
    int next = at;
    int behind = fields; // the field at `next` and those behind it
    for (int i = 0; i < gap.length; i++) {
      int field = skip(next, gap[i]);
      int end = number(field, column[i], batch[column[i]], row);
      behind -= gap[i] + 1;
      if ((buffer[end] == '\n') != (behind == 0)) {
        throw ragged();
      }
      next = end + 1;
    }
    at = behind == 0 ? next : skipRest(next, behind - 1);
  }

  /// Goes behind so many commas.
  private int skip(int from, int commas) throws IOException {
    int next = from;
    while (commas > 0) {
      if (next <= whole - Long.BYTES) {
        long word = (long) LONG.get(buffer, next);
        if ((first(word, BREAKS) | first(word, QUOTES)) == 0) {
          long found = all(word, COMMAS);
          int count = Long.bitCount(found);
          if (count < commas) {
            commas -= count;
            next += Long.BYTES;
            continue;
          }
          for (; commas > 1; commas--) {
            found &= found - 1;
          }
          return next + Long.numberOfTrailingZeros(found) / Byte.SIZE + 1;
        }
      }
      next = end(next) + 1;
      if (buffer[next - 1] == '\n') {
        throw ragged();
      }
      commas--;
    }
    return next;
  }

  /// Goes behind the line, which has so many more commas.
  private int skipRest(int from, int commas) throws IOException {
    int next = from;
    while (true) {
      if (next <= whole - Long.BYTES) {
        long word = (long) LONG.get(buffer, next);
        if (first(word, QUOTES) == 0) {
          long found = all(word, COMMAS);
          long breaks = first(word, BREAKS);
          if (breaks == 0) {
            commas -= Long.bitCount(found);
            next += Long.BYTES;
            continue;
          }
          commas -= Long.bitCount(found & Long.lowestOneBit(breaks) - 1);
          next += Long.numberOfTrailingZeros(breaks) / Byte.SIZE + 1;
          break;
        }
      }
      next = end(next) + 1;
      if (buffer[next - 1] == '\n') {
        break;
      }
      commas--;
    }
    if (commas != 0) {
      throw ragged();
    }
    return next;
  }

  /// The highest bit of each byte in which two words are equal.
  private static long all(long word, long other) {
    long x = word ^ other;
    return ~(((x & LOW_BITS) + LOW_BITS) | x | LOW_BITS);
  }

  /// The lowest bit that is set is the highest of the first byte in which two words are equal; 0 if
  /// there is none.
  private static long first(long word, long other) {
    long x = word ^ other;
    return x - EACH & ~x & ~LOW_BITS;
  }

  /// Where the comma or line break behind a field is.
  ///
  /// @param from in the field
  private int end(int from) throws IOException {
    if (buffer[from] == '"' && (from == at || buffer[from - 1] == ',')) {
      return quoted(from);
    }
    int end = from;
    while (buffer[end] != ',' && buffer[end] != '\n') {
      end++;
    }
    return end;
  }

  /// The end of a field in quotes: where the comma or line break is.
  private int quoted(int from) throws IOException {
    int end = from + 1;
    while (buffer[end] != '"' || buffer[end + 1] == '"') {
      if (buffer[end] == '\n') {
        throw new IOException(
            "a line break within quotes at byte %d; a line is a row here".formatted(offset + end));
      }
      end += buffer[end] == '"' ? 2 : 1;
    }
    return end(end + 1);
  }

  private IOException ragged() throws IOException {
    int found = 1;
    for (int end = end(at); buffer[end] != '\n'; end = end(end + 1)) {
      found++;
    }
    return new IOException(
        "%d fields in the line at byte %d; the first line names %d"
            .formatted(found, offset + at, fields));
  }

  /// Reads a number.
  ///
  /// @return where the field ends
  private int number(int from, int into, double[] numbers, int row) throws IOException {
    byte[] bytes = buffer;
    int next = bytes[from] == '-' ? from + 1 : from;
    int first = next;
    long digits = 0;
    int point = -1;
    byte c = bytes[next];
    while (true) {
      if (c >= '0' && c <= '9') {
        digits = 10 * digits + (c - '0');
      } else if (c == '.' && point < 0) {
        point = next;
      } else {
        break;
      }
      c = bytes[++next];
    }
    int length = next - first - (point < 0 ? 0 : 1);
    if ((c != ',' && c != '\n') || length == 0 || length > 18 || digits > EXACT) {
      return slowly(from, into, numbers, row);
    }
    double value = point < 0 ? (double) digits : (double) digits / TENS[next - 1 - point];
    numbers[row] = next > first && bytes[from] == '-' ? -value : value;
    return next;
  }

  /// Reads a field that isn't a plain number.
  private int slowly(int from, int into, double[] numbers, int row) throws IOException {
    int end = end(from);
    String field = new String(buffer, from, end - from, StandardCharsets.UTF_8).strip();
    if (field.startsWith("\"") && field.endsWith("\"") && field.length() > 1) {
      field = field.substring(1, field.length() - 1).strip();
    }
    if (NULLS.contains(field)) {
      numbers[row] = Double.NaN;
      return end;
    }
    double number = parsed(field);
    if (Double.isNaN(number)) {
      number = seconds(field);
    }
    if (Double.isNaN(number)) {
      throw new IOException(
          "column '%s': '%s' at byte %d is not a number"
              .formatted(names.get(into), field, offset + from));
    }
    numbers[row] = number;
    return end;
  }

  /// The number that a text is; NaN if it is none.
  private static double parsed(String text) {
    try {
      return switch (text) {
        case "inf", "Infinity", "+inf" -> Double.POSITIVE_INFINITY;
        case "-inf", "-Infinity" -> Double.NEGATIVE_INFINITY;
        default ->
            text.isEmpty() || Character.isLetter(text.charAt(text.length() - 1))
                ? Double.NaN // Java would take 1d for a number
                : Double.parseDouble(text);
      };
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }

  /// The seconds since 1970 of a time; NaN if it is none.
  private static double seconds(String text) {
    if (text.length() < 10 || text.charAt(4) != '-') {
      return Double.NaN;
    }
    try {
      String time = text.length() == 10 ? text + "T00:00" : text.replace(' ', 'T');
      return (double) ChronoUnit.MICROS.between(EPOCH, LocalDateTime.parse(time)) / 1e6;
    } catch (DateTimeException _) {
      return Double.NaN;
    }
  }
}
