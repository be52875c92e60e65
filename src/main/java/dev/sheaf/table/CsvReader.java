package dev.sheaf.table;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.sheaf.InputException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// CSV as RFC 4180 has it, UTF-8, the names of the columns in the first line. In that of a file
/// with tabs or semicolons instead of commas there is no comma, but one of them.
final class CsvReader implements TableReader {
  /// A line behind the last one: a field whose quotes don't end has it in it.
  private static final String END = "\u0003\u0004";

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  /// What stands for bytes that are not UTF-8.
  private static final char NO_UTF8 = '\uFFFD';

  /// Bytes among which its end is looked for.
  private static final int FIRST_LINE = 1 << 16;

  /// Characters of a field that are shown.
  private static final int SHOWN = 80;

  private final Path file;
  private final de.siegmar.fastcsv.reader.CsvReader<CsvRecord> csv;
  private final Iterator<CsvRecord> records;
  private final char separator;
  private final List<String> names;
  private CsvRecord record;

  CsvReader(Path file) throws IOException {
    this.file = file;
    InputStream in = Files.newInputStream(file);
    InputStream bytes =
        new BufferedInputStream(
            CsvNumbers.isPacked(file) ? new GZIPInputStream(in, 1 << 16) : in, 1 << 16);
    bytes.mark(BYTE_ORDER_MARK.length);
    if (!Arrays.equals(bytes.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      bytes.reset();
    }
    separator = TableFile.isTabbed(file) ? '\t' : separator(bytes);
    InputStream marked =
        new SequenceInputStream(
            bytes, new ByteArrayInputStream(("\n" + END).getBytes(StandardCharsets.UTF_8)));
    csv =
        de.siegmar.fastcsv.reader.CsvReader.builder()
            .fieldSeparator(separator)
            .allowExtraFields(true) // told by next()
            .allowMissingFields(true)
            .ofCsvRecord(new InputStreamReader(marked, StandardCharsets.UTF_8));
    records = csv.iterator();
    if (!advance()) {
      throw new InputException(file + ": empty; a CSV file begins with the names of its columns");
    }
    names = record.getFields().stream().map(String::strip).toList();
    for (String name : names) {
      if (name.chars().anyMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c))) {
        throw new InputException(file + ": not a table: neither CSV nor named .parquet or .npy");
      }
    }
    TableReader.checkApart(file, names);
  }

  /// What the first line has outside quotes: a comma, else a tab, else a semicolon.
  private static char separator(InputStream bytes) throws IOException {
    bytes.mark(FIRST_LINE);
    byte[] begin = bytes.readNBytes(FIRST_LINE);
    bytes.reset();
    char best = ',';
    boolean quoted = false;
    for (int i = 0; i < begin.length && (quoted || begin[i] != '\n'); i++) {
      char c = (char) begin[i];
      quoted ^= c == '"';
      if (!quoted && c == ',') {
        return c;
      }
      if (!quoted && (c == '\t' || (c == ';' && best == ','))) {
        best = c;
      }
    }
    return best;
  }

  /// What is between fields.
  char separator() {
    return separator;
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public boolean next() throws IOException {
    if (!advance()) {
      return false;
    }
    if (record.getFieldCount() != names.size()) {
      throw new InputException(
          "%s: %s: %d fields; the first line names %d"
              .formatted(file, place(), record.getFieldCount(), names.size()));
    }
    return true;
  }

  private boolean advance() throws IOException {
    try {
      record = records.next();
    } catch (CsvParseException e) {
      String why = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
      throw new InputException(file + ": " + e.getMessage() + why, e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    String last = record.getField(record.getFieldCount() - 1);
    if (!last.endsWith(END)) {
      return true;
    }
    if (record.getFieldCount() > 1 || !last.equals(END)) {
      throw new InputException(file + ": " + place() + ": quotes that don't end");
    }
    return false;
  }

  @Override
  public String place() {
    return "line " + record.getStartingLineNumber();
  }

  @Override
  public String text(int column) {
    String text = field(column);
    if (text.indexOf(NO_UTF8) >= 0) {
      throw bad(column, "not UTF-8");
    }
    return text;
  }

  /// A field as it is: of bytes that are not UTF-8 it has another character.
  String field(int column) {
    return record.getField(column);
  }

  @Override
  public double number(int column) {
    double number = CsvNumbers.parsed(field(column).strip());
    if (!Double.isFinite(number)) {
      throw bad(column, "not a finite number");
    }
    return number;
  }

  private InputException bad(int column, String what) {
    String text = field(column);
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return new InputException(
        "%s: %s, column '%s': '%s' is %s".formatted(file, place(), names.get(column), shown, what));
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }
}
