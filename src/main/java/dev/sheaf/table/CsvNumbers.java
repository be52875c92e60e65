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
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

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

  /// Of each field the column that it is read into, -1 for none.
  private int[] column;

  /// Of each field how many commas lie before the next one that is read.
  private int[] skip;

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
    List<String> header;
    try (CsvReader reader = new CsvReader(file)) {
      header = reader.names();
    } catch (InputException e) {
      throw new IOException(e.getMessage(), e);
    }
    fields = header.size();
    column = header.stream().mapToInt(wanted::indexOf).toArray();
    skip = new int[fields];
    for (int i = fields - 1, distance = Integer.MAX_VALUE; i >= 0; i--) {
      distance = column[i] >= 0 ? 0 : Math.max(distance, distance + 1);
      skip[i] = distance;
    }
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
    byte[] bytes = buffer;
    int begin = at;
    int next = at;
    int field = 0;
    while (true) {
      int into = field < fields ? column[field] : -1;
      int end = next;
      if (into >= 0) {
        end = number(next, into, batch[into], row);
      } else {
        // Eight bytes at a time, as long as they lie before the field in front of the next number.
        int most = field < fields ? skip[field] : Integer.MAX_VALUE;
        while (end <= whole - Long.BYTES) {
          long word = (long) LONG.get(bytes, end);
          int commas = Long.bitCount(equal(word, COMMAS));
          if (commas >= most || (equal(word, BREAKS) | equal(word, QUOTES)) != 0) {
            break;
          }
          most -= commas;
          field += commas;
          end += Long.BYTES;
        }
        boolean first = end == begin || bytes[end - 1] == ',';
        if (first && bytes[end] == '"') {
          end = quoted(end);
        } else {
          while (bytes[end] != ',' && bytes[end] != '\n') {
            end++;
          }
        }
      }
      field++;
      next = end + 1;
      if (bytes[end] == '\n') {
        break;
      }
    }
    at = next;
    if (field != fields) {
      throw new IOException(
          "%d fields in the line at byte %d; the first line names %d"
              .formatted(field, offset + begin, fields));
    }
  }

  /// The highest bit of each byte in which two words are equal.
  private static long equal(long word, long other) {
    long x = word ^ other;
    return ~(((x & LOW_BITS) + LOW_BITS) | x | LOW_BITS);
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
    end++;
    while (buffer[end] != ',' && buffer[end] != '\n') {
      end++;
    }
    return end;
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
    int end = from;
    if (buffer[from] == '"') {
      end = quoted(from);
    } else {
      while (buffer[end] != ',' && buffer[end] != '\n') {
        end++;
      }
    }
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
