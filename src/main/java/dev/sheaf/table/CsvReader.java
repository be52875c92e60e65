package dev.sheaf.table;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.sheaf.InputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// CSV as RFC 4180 has it, UTF-8, the names of the columns in the first line.
final class CsvReader implements TableReader {
  private final Path file;
  private final de.siegmar.fastcsv.reader.CsvReader<CsvRecord> csv;
  private final Iterator<CsvRecord> records;
  private final List<String> names;
  private CsvRecord record;

  CsvReader(Path file) throws IOException {
    this.file = file;
    InputStream in = Files.newInputStream(file);
    InputStream bytes =
        new BufferedInputStream(
            file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in, 1 << 16);
    bytes.mark(4);
    boolean some = bytes.readNBytes(4).length == 4;
    bytes.reset();
    csv =
        de.siegmar.fastcsv.reader.CsvReader.builder()
            .allowExtraFields(true) // told by next()
            .allowMissingFields(true)
            .detectBomHeader(some) // fewer bytes become NULs by that
            .ofCsvRecord(bytes, StandardCharsets.UTF_8);
    records = csv.iterator();
    if (!advance()) {
      throw new InputException(file + ": empty; a CSV file begins with the names of its columns");
    }
    names = record.getFields().stream().map(String::strip).toList();
    for (String name : names) {
      if (name.chars().anyMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c))) {
        throw new InputException(file + ": not a table: neither CSV nor named .parquet or .npy");
      }
      if (names.indexOf(name) != names.lastIndexOf(name)) {
        throw new InputException(file + ": two columns are named '" + name + "'");
      }
    }
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
      record = records.hasNext() ? records.next() : null;
      return record != null;
    } catch (CsvParseException e) {
      String why = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
      throw new InputException(file + ": " + e.getMessage() + why, e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public String place() {
    return "line " + record.getStartingLineNumber();
  }

  @Override
  public String text(int column) {
    return record.getField(column);
  }

  @Override
  public double number(int column) {
    String text = text(column);
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    throw new InputException(
        "%s: %s, column '%s': '%s' is not a finite number"
            .formatted(file, place(), names.get(column), text));
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }
}
