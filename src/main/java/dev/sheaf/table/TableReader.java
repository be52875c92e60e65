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
        : TableFile.endsWith(file, ".npy") ? new NpyReader(file) : new CsvReader(file);
  }

  /// Checks that no two columns have one name.
  ///
  /// @throws InputException if two have
  static void checkApart(Path file, List<String> names) {
    for (String name : names) {
      if (names.indexOf(name) != names.lastIndexOf(name)) {
        throw new InputException(file + ": two columns are named '" + name + "'");
      }
    }
  }

  /// Whether whole numbers so large are all doubles.
  static boolean isExact(double number) {
    return Math.abs(number) < 0x1p53;
  }

  /// A number as text, without a point if it is whole.
  static String text(double number) {
    return number == Math.rint(number) && isExact(number)
        ? Long.toString((long) number)
        : Double.toString(number);
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
