package dev.sheaf.table;

import dev.sheaf.InputException;
import dev.sheaf.parquet.ColumnReader;
import dev.sheaf.parquet.ParquetColumn;
import dev.sheaf.parquet.ParquetColumn.Kind;
import dev.sheaf.parquet.ParquetFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A Parquet file, row by row. A column's values of a row group are read when the first of them is
/// asked for.
final class ParquetReader implements TableReader {
  private final Path path;
  private final ParquetFile file;
  private final List<ParquetColumn> columns;
  private final ColumnReader reader = new ColumnReader();

  /// Of each column the values in the row group, `null` before they were asked for.
  private final Object[] values;

  private int group = -1;
  private int rows;
  private int row = -1;

  ParquetReader(Path path) throws IOException {
    this.path = path;
    file = ParquetFile.open(path);
    columns = file.columns();
    try {
      TableReader.checkApart(path, names());
    } catch (InputException e) {
      file.close();
      throw e;
    }
    values = new Object[columns.size()];
  }

  @Override
  public List<String> names() {
    return columns.stream().map(ParquetColumn::name).toList();
  }

  @Override
  public boolean next() throws IOException {
    row++;
    while (row == rows) {
      if (++group == file.groups()) {
        return false;
      }
      rows = Math.toIntExact(file.rows(group));
      row = 0;
      java.util.Arrays.fill(values, null);
    }
    return true;
  }

  @Override
  public String place() {
    return "row %d of row group %d".formatted(row, group);
  }

  @Override
  public String text(int column) {
    if (columns.get(column).kind() == Kind.TEXT) {
      String text = ((String[]) values(column))[row];
      return text == null ? "" : text;
    }
    double number = number(column);
    Kind kind = columns.get(column).kind();
    if (!TableReader.isExact(number) && (kind == Kind.INTEGER || kind == Kind.UNSIGNED)) {
      throw new InputException(
          "%s: %s, column '%s': whole numbers from 2^53 on are read as text alone"
              .formatted(path, place(), columns.get(column).name()));
    }
    return TableReader.text(number);
  }

  @Override
  public double number(int column) {
    ParquetColumn about = columns.get(column);
    if (!about.numeric()) {
      throw new InputException(
          "%s: column '%s' holds %s, not numbers".formatted(path, about.name(), about.words()));
    }
    double number = ((double[]) values(column))[row];
    if (!Double.isFinite(number)) {
      throw new InputException(
          "%s: %s, column '%s': null or not a finite number"
              .formatted(path, place(), about.name()));
    }
    return number;
  }

  private Object values(int column) {
    if (values[column] == null) {
      try {
        ParquetColumn about = columns.get(column);
        reader.open(file, group, about);
        if (about.kind() == Kind.TEXT) {
          String[] texts = new String[rows];
          reader.read(texts, 0, rows);
          values[column] = texts;
        } else {
          double[] numbers = new double[rows];
          reader.read(numbers, 0, rows);
          values[column] = numbers;
        }
      } catch (IOException e) {
        throw new InputException("%s: row group %d: %s".formatted(path, group, e.getMessage()), e);
      }
    }
    return values[column];
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
