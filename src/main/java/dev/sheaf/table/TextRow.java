package dev.sheaf.table;

import dev.sheaf.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A row of a table in a file, CSV or Parquet, as text.
///
/// @param place where in the file the row is, as a person would say it
/// @param values by the names of the columns, in their order
public record TextRow(String place, Map<String, String> values) {
  /// Reads the whole table.
  ///
  /// @throws InputException if it is none
  public static List<TextRow> read(Path file) throws IOException {
    List<TextRow> rows = new ArrayList<>();
    try (TableReader reader = TableReader.open(file)) {
      while (reader.next()) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < reader.names().size(); i++) {
          values.put(reader.names().get(i), reader.text(i));
        }
        rows.add(new TextRow(reader.place(), values));
      }
    }
    return rows;
  }
}
