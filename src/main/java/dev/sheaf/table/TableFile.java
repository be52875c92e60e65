package dev.sheaf.table;

import dev.sheaf.InputException;
import dev.sheaf.array.FileErrors;
import dev.sheaf.parquet.ParquetColumn;
import dev.sheaf.parquet.ParquetColumn.Kind;
import dev.sheaf.parquet.ParquetException;
import dev.sheaf.parquet.ParquetFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A file of a table, before its rows are read: Parquet, or CSV as [CsvNumbers] has it.
///
/// @param columns its columns; none if it can't be read
/// @param parts what is read on its own. A Parquet file that is damaged or cut short is one part,
///   and reading that tells so.
public record TableFile(List<TableColumn> columns, List<TablePart> parts) {
  /// Bytes of a CSV file that are read on their own.
  private static final long RANGE = 8 << 20;

  /// Whether a file is one of Parquet, by its name.
  static boolean isParquet(Path file) {
    return endsWith(file, ".parquet") || endsWith(file, ".parq") || endsWith(file, ".pq");
  }

  /// Whether a file has tabs between its fields, by its name.
  static boolean isTabbed(Path file) {
    return endsWith(file, ".tsv") || endsWith(file, ".tsv.gz");
  }

  /// Whether a file's name has this end, in any case.
  static boolean endsWith(Path file, String end) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(end);
  }

  /// Looks at a file: at the footer of a Parquet file, at the beginning of another.
  ///
  /// @throws InputException if there is none, or if it is not a table
  public static TableFile of(Path file) {
    try {
      return isParquet(file) ? ofParquet(file) : ofCsv(file);
    } catch (ParquetException _) {
      return new TableFile(List.of(), List.of(TablePart.whole(file.toString())));
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be read", e);
    }
  }

  private static TableFile ofParquet(Path path) throws IOException {
    try (ParquetFile file = ParquetFile.open(path)) {
      List<TableColumn> columns = new ArrayList<>();
      for (ParquetColumn column : file.columns()) {
        boolean time = column.kind() == Kind.TIMESTAMP || column.kind() == Kind.DATE;
        columns.add(new TableColumn(column.name(), column.words(), column.numeric(), time, false));
      }
      List<TablePart> parts = new ArrayList<>();
      for (int group = 0; group < file.groups(); group++) {
        parts.add(new TablePart(path.toString(), group, 0));
      }
      return new TableFile(columns, parts);
    }
  }

  private static TableFile ofCsv(Path file) throws IOException {
    List<TableColumn> columns = CsvNumbers.columns(file);
    if (CsvNumbers.isPacked(file)) {
      return new TableFile(columns, List.of(TablePart.whole(file.toString())));
    }
    List<TablePart> parts = new ArrayList<>();
    long size = Files.size(file);
    for (long from = 0; from < size; from += RANGE) {
      parts.add(new TablePart(file.toString(), from, Math.min(size, from + RANGE)));
    }
    return new TableFile(columns, parts);
  }

  /// The column of a name.
  ///
  /// @param other a file that has it, or `null`
  /// @throws InputException if there is none, or if it is not one of numbers
  public TableColumn numeric(String file, String name, String other) {
    List<TableColumn> named = columns.stream().filter(c -> c.name().equals(name)).toList();
    if (named.isEmpty()) {
      throw new InputException(
          "%s: no column '%s'%s; it has %s"
              .formatted(
                  file,
                  name,
                  other == null ? "" : ", which " + other + " has",
                  String.join(", ", columns.stream().map(TableColumn::name).toList())));
    }
    if (named.size() > 1) { // a field of a group, and a column with a dot in its name
      throw new InputException(file + ": two columns are named '" + name + "'");
    }
    if (!named.getFirst().numeric()) {
      throw new InputException(
          "%s: column '%s' holds %s, not numbers".formatted(file, name, named.getFirst().words()));
    }
    return named.getFirst();
  }
}
