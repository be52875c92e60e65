package dev.sheaf.table;

import dev.sheaf.InputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/// Numbers of CSV files, from any byte on. A row belongs to the part in which it begins. Fields are
/// numbers, times (`2022-02-01 12:30:00`, as seconds since 1970), or null: what pandas takes for
/// it.
///
/// A line break within quotes ends no row, and only all that is before a byte tells for certain
/// whether it is within quotes. Where a part begins, the quotes behind that place nearly always
/// tell it ([#begin]); else the rows before the part are passed over. The reader of the part before
/// checks that its last row ends there.
final class CsvNumbers implements NumberReader.Source {
  /// Rows by which columns are told apart: numbers, times, text.
  private static final int SAMPLE = 1000;

  private static final Set<String> NULLS =
      Set.of(
          "",
          "NA",
          "N/A",
          "n/a",
          "NaN",
          "nan",
          "-NaN",
          "-nan",
          "NULL",
          "null",
          "None",
          "<NA>",
          "#N/A",
          "#NA",
          "#N/A N/A",
          "-1.#IND",
          "1.#IND",
          "-1.#QNAN",
          "1.#QNAN");

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
  private static final long BREAKS = '\n' * EACH;
  private static final long QUOTES = '"' * EACH;

  /// More bytes than a row has.
  private static final int LONGEST = 1 << 24;

  /// Bytes behind the beginning of a part by whose quotes is told whether it is within some.
  private static final int WINDOW = 1 << 15;

  private static final String PLAIN = "0000-00-00 00:00:00";

  private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);

  private Path file;
  private FileChannel channel;
  private InputStream in;
  private boolean ended;

  /// Whole lines up to `whole`, and the beginning of another up to `filled`. [#line] fills half of
  /// it; the rest is for a row of several lines.
  private byte[] buffer = new byte[1 << 19];

  private int at;
  private int whole;
  private int filled;

  /// Where in the file the buffer begins.
  private long offset;

  /// Rows that begin here belong to others.
  private long to;

  /// Where in the file a row begins for certain, or 0.
  private long known;

  private List<String> names;
  private int fields;

  /// What is between fields.
  private char separator;

  /// Eight of it.
  private long separatorWord;

  /// Of each field that is read how many are passed over before it, and the column that it is read
  /// into.
  private int[] gap;

  private int[] column;

  static boolean isPacked(Path file) {
    return TableFile.endsWith(file, ".gz");
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
          String field = reader.field(i).strip();
          if (!text[i] && !NULLS.contains(field)) {
            boolean time = !Double.isNaN(seconds(field)); // first, as in [#slowly]
            boolean number = !time && !Double.isNaN(parsed(field));
            times[i] |= time;
            numbers[i] |= number;
            text[i] = !time && !number;
          }
        }
      }
      List<TableColumn> columns = new ArrayList<>();
      for (int i = 0; i < text.length; i++) {
        boolean numeric = !text[i] && !(times[i] && numbers[i]);
        String words = !numeric ? "text" : times[i] ? "timestamps" : "numbers";
        columns.add(
            new TableColumn(
                names.get(i),
                words,
                numeric,
                numeric && times[i],
                !text[i] && !times[i] && !numbers[i]));
      }
      return columns;
    }
  }

  @Override
  public void open(TablePart part, List<String> wanted) throws IOException {
    close();
    Path last = file;
    file = Path.of(part.file());
    known = file.equals(last) ? known : 0;
    names = wanted;
    at = 0;
    whole = 0;
    filled = 0;
    ended = false;
    List<String> header = header();
    fields = header.size();
    int[] read = IntStream.range(0, fields).filter(i -> wanted.contains(header.get(i))).toArray();
    column = IntStream.of(read).map(i -> wanted.indexOf(header.get(i))).toArray();
    gap =
        IntStream.range(0, read.length)
            .map(i -> read[i] - (i == 0 ? 0 : read[i - 1] + 1))
            .toArray();
    to = Long.MAX_VALUE;
    if (isPacked(file)) {
      in = unpacked(file);
      offset = 0;
      skipNames();
      return;
    }
    channel = FileChannel.open(file);
    long begin = part.from() == 0 ? 0 : begin(part.from());
    offset = begin >= 0 ? begin : known <= part.from() ? known : 0;
    in = Channels.newInputStream(channel.position(offset));
    if (offset == 0) {
      skipNames();
    }
    if (begin < 0) {
      to = part.from();
      while (nextRow()) {
        at = skipRest(at, fields - 1);
      }
    }
    to = part.to() == channel.size() ? Long.MAX_VALUE : part.to();
  }

  private static InputStream unpacked(Path file) throws IOException {
    return new GZIPInputStream(
        new BufferedInputStream(Files.newInputStream(file), 1 << 16), 1 << 16);
  }

  /// Goes behind the names of the columns.
  private void skipNames() throws IOException {
    if (line() && (buffer[0] & 0xff) == 0xef) {
      at = 3; // a byte order mark, by which [CsvReader] knows UTF-8
    }
    if (nextRow()) {
      at = skipRest(at, fields - 1);
    }
  }

  /// Where the first row begins at or behind a byte, by the quotes that follow the next line break:
  /// one behind a separator or line break and not before one begins a field, and one before and not
  /// behind one ends it. So many as are before that one tell whether the line break is within
  /// quotes.
  ///
  /// @return -1 if that is within quotes, or can't be told
  private long begin(long from) throws IOException {
    ByteBuffer window = ByteBuffer.allocate(WINDOW);
    while (window.hasRemaining() && channel.read(window, from - 1 + window.position()) >= 0) {}
    byte[] bytes = window.array();
    int filled = window.position();
    if (filled < WINDOW) {
      bytes[filled++] = '\n'; // of the last line, or one more
    }
    int begin = 1;
    while (bytes[begin - 1] != '\n') {
      if (begin == WINDOW) {
        return -1;
      }
      begin++;
    }
    int quotes = 0;
    for (int i = begin; i < filled - 1; i++) {
      if (bytes[i] == '"') {
        byte before = bytes[i - 1];
        byte behind = bytes[i + 1];
        boolean opens = before == separator || before == '\n';
        boolean closes = behind == separator || behind == '\n' || behind == '\r';
        if (before != '"' && behind != '"' && !(opens && closes)) {
          boolean outside = quotes % 2 == 0;
          return opens == outside && closes != outside ? from - 1 + begin : -1;
        }
        quotes++;
      }
    }
    return quotes == 0 ? from - 1 + begin : -1;
  }

  private List<String> header() throws IOException {
    try (CsvReader reader = new CsvReader(file)) {
      separator = reader.separator();
      separatorWord = separator * EACH;
      return reader.names();
    } catch (InputException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public int next(double[][] batch) throws IOException {
    int row = 0;
    while (row < NumberReader.BATCH && nextRow()) {
      row(batch, row++);
    }
    if (row == 0 && to < Long.MAX_VALUE) {
      known = offset + at;
      long next = begin(to);
      if (next >= 0 && next != known) {
        throw new IOException(
            place(known - 1)
                + ": a field in quotes is too long, or one without quotes has some, to read the file"
                + " in parts; as .csv.gz it is read as a whole");
      }
    }
    return row;
  }

  /// Goes to the next row of the part.
  ///
  /// @return whether there is one
  private boolean nextRow() throws IOException {
    while (line() && offset + at < to) {
      if (buffer[at] != '\n' && (buffer[at] != '\r' || buffer[at + 1] != '\n')) {
        return true;
      }
      skipLine(); // an empty one
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close(); // and the channel
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
      whole = 0;
      if (filled >= buffer.length / 2) {
        grow();
      }
      fill(buffer.length / 2);
    }
    return true;
  }

  /// Reads on, up to some bytes in the buffer.
  private void fill(int most) throws IOException {
    int some = in.read(buffer, filled, most - filled);
    if (some < 0) {
      ended = true;
      if (filled > 0) {
        buffer[filled++] = '\n'; // of the last line, or one more
      }
    } else {
      filled += some;
    }
    int end = filled;
    while (end > whole && buffer[end - 1] != '\n') {
      end--;
    }
    whole = end;
  }

  private void grow() throws IOException {
    if (buffer.length >= 2 * LONGEST) {
      throw new IOException(
          "%s: a row of more than %d MiB: are there quotes that don't end?"
              .formatted(place(offset + at), LONGEST >> 20));
    }
    buffer = Arrays.copyOf(buffer, 2 * buffer.length);
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

  /// Goes behind so many fields.
  private int skip(int from, int toPass) throws IOException {
    int next = from;
    while (toPass > 0) {
      if (next <= whole - Long.BYTES) {
        long word = (long) LONG.get(buffer, next);
        if ((first(word, BREAKS) | first(word, QUOTES)) == 0) {
          long found = all(word, separatorWord);
          int count = Long.bitCount(found);
          if (count < toPass) {
            toPass -= count;
            next += Long.BYTES;
            continue;
          }
          for (; toPass > 1; toPass--) {
            found &= found - 1;
          }
          return next + Long.numberOfTrailingZeros(found) / Byte.SIZE + 1;
        }
      }
      next = end(next) + 1;
      if (buffer[next - 1] == '\n') {
        throw ragged();
      }
      toPass--;
    }
    return next;
  }

  /// Goes behind the line, which has so many more fields behind this one.
  private int skipRest(int from, int toPass) throws IOException {
    int next = from;
    while (true) {
      if (next <= whole - Long.BYTES) {
        long word = (long) LONG.get(buffer, next);
        if (first(word, QUOTES) == 0) {
          long found = all(word, separatorWord);
          long breaks = first(word, BREAKS);
          if (breaks == 0) {
            toPass -= Long.bitCount(found);
            next += Long.BYTES;
            continue;
          }
          toPass -= Long.bitCount(found & Long.lowestOneBit(breaks) - 1);
          next += Long.numberOfTrailingZeros(breaks) / Byte.SIZE + 1;
          break;
        }
      }
      next = end(next) + 1;
      if (buffer[next - 1] == '\n') {
        break;
      }
      toPass--;
    }
    if (toPass != 0) {
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

  /// Where the separator or line break behind a field is.
  ///
  /// @param from in the field
  private int end(int from) throws IOException {
    if (buffer[from] == '"' && (from == at || buffer[from - 1] == separator)) {
      return quoted(from);
    }
    int end = from;
    while (buffer[end] != separator && buffer[end] != '\n') {
      end++;
    }
    return end;
  }

  /// The end of a field in quotes: where the separator or line break is.
  private int quoted(int from) throws IOException {
    int end = from + 1;
    while (buffer[end] != '"' || buffer[end + 1] == '"') {
      end += buffer[end] == '"' ? 2 : 1;
      while (end >= whole) {
        more(from);
      }
    }
    return end(end + 1);
  }

  /// Gets more lines of a row that has begun; nothing in the buffer moves.
  ///
  /// @param from where quotes begin
  private void more(int from) throws IOException {
    if (ended) {
      throw new IOException(place(offset + from) + ": quotes that don't end");
    }
    if (filled == buffer.length - 1) {
      grow();
    }
    fill(buffer.length - 1);
  }

  private IOException ragged() throws IOException {
    int found = 1;
    for (int end = end(at); buffer[end] != '\n'; end = end(end + 1)) {
      found++;
    }
    return new IOException(
        "%s: %d fields; the first line names %d".formatted(place(offset + at), found, fields));
  }

  /// The line that a byte of the file is in, as a person would say it.
  private String place(long to) throws IOException {
    long lines = 1;
    try (InputStream in =
        isPacked(file) ? unpacked(file) : new BufferedInputStream(Files.newInputStream(file))) {
      for (long i = 0; i < to; i++) {
        lines += in.read() == '\n' ? 1 : 0;
      }
    }
    return "line " + lines;
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
    if ((c != separator && c != '\n') || length == 0 || length > 18 || digits > EXACT) {
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
    double number = seconds(field); // first, as to fail with a number takes long
    if (Double.isNaN(number)) {
      number = parsed(field);
    }
    if (Double.isNaN(number)) {
      throw new IOException(
          "%s, column '%s': '%s' is not a number"
              .formatted(place(offset + from), names.get(into), field));
    }
    numbers[row] = number;
    return end;
  }

  /// The number that a text is; NaN if it is none.
  static double parsed(String text) {
    try {
      return switch (text) {
        case "inf", "Infinity", "+inf", "+Infinity", "Inf", "INF" -> Double.POSITIVE_INFINITY;
        case "-inf", "-Infinity", "-Inf", "-INF" -> Double.NEGATIVE_INFINITY;
        default ->
            text.isEmpty()
                    || Character.isLetter(text.charAt(text.length() - 1))
                    || text.indexOf('x') >= 0
                    || text.indexOf('X') >= 0
                ? Double.NaN // Java would take 1d and 0x1p0 for numbers
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
      if (isPlain(text)) {
        return LocalDateTime.of(
                digits(text, 0, 4),
                digits(text, 5, 7),
                digits(text, 8, 10),
                digits(text, 11, 13),
                digits(text, 14, 16),
                digits(text, 17, 19))
            .toEpochSecond(ZoneOffset.UTC);
      }
      String time = text.length() == 10 ? text + "T00:00" : text.replace(' ', 'T');
      return (double) ChronoUnit.MICROS.between(EPOCH, LocalDateTime.parse(time)) / 1e6;
    } catch (DateTimeException _) {
      return Double.NaN;
    }
  }

  /// Whether it is as `2022-02-14 01:26:50`, which is read in a tenth of the time.
  private static boolean isPlain(String text) {
    if (text.length() != PLAIN.length()) {
      return false;
    }
    for (int i = 0; i < PLAIN.length(); i++) {
      char c = text.charAt(i);
      if (PLAIN.charAt(i) == '0' ? c < '0' || c > '9' : c != PLAIN.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int digits(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }
}
