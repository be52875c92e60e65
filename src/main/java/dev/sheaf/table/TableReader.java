package dev.sheaf.table;

import dev.sheaf.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Reads a table row by row.
sealed interface TableReader extends AutoCloseable permits CsvReader, NpyReader, ParquetReader {
  static TableReader open(Path file) throws IOException {
    return TableFile.isParquet(file)
        ? new ParquetReader(file)
        : file.toString().endsWith(".npy") ? new NpyReader(file) : new CsvReader(file);
  }

  /// The names of the columns.
  List<String> names();

  /// Goes to the next row.
  ///
  /// @return whether there is one
  boolean next() throws IOException;

  /// Where in the file the row is, as a person would say it.
  String place();

  /// What stands in a column of the row.
  String text(int column);

  /// The number in a column of the row: finite.
  ///
  /// @throws InputException if there is none
  double number(int column);

  @Override
  void close() throws IOException;
}
