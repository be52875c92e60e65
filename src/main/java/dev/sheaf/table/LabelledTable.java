package dev.sheaf.table;

import dev.sheaf.InputException;
import dev.sheaf.array.FileErrors;
import dev.sheaf.tree.Columns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Rows of numbers, each with a class: what a classifier learns from.
///
/// @param features the names of the columns of numbers, in the file's order
/// @param columns their values in every row: finite; closed by who has read the table
/// @param classes the names of the classes: ascending, as numbers if all of them are
/// @param labels the class of every row; `null` if the table doesn't tell
public record LabelledTable(
    List<String> features, Columns columns, List<String> classes, int[] labels) {

  /// Reads a whole table: Parquet, CSV with a line of names first (RFC 4180; `.gz` is unpacked), or
  /// a two-dimensional `.npy` array, whose columns are named by their numbers from 0.
  ///
  /// @param target the column of the classes
  /// @throws InputException if there is no such column or no row, if another column holds what is
  ///   no finite number, or if the file can't be read
  public static LabelledTable read(Path file, String target) {
    try (TableReader reader = TableReader.open(file)) {
      List<String> names = reader.names();
      int at = names.indexOf(target);
      if (at < 0) {
        throw new InputException(
            "%s: no column '%s'; it has %s".formatted(file, target, String.join(", ", names)));
      }
      List<String> features = new ArrayList<>(names);
      features.remove(at);
      if (features.isEmpty()) {
        throw new InputException(file + ": no column beside '" + target + "' to learn from");
      }
      return read(file, reader, features, at);
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be read", e);
    }
  }

  /// Reads the columns that a model asks for, and the classes if there is a column of that name.
  public static LabelledTable read(Path file, List<String> features, String target) {
    try (TableReader reader = TableReader.open(file)) {
      for (String feature : features) {
        if (!reader.names().contains(feature)) {
          throw new InputException(
              "%s: no column '%s', which the model was trained on; it has %s"
                  .formatted(file, feature, String.join(", ", reader.names())));
        }
      }
      return read(file, reader, features, reader.names().indexOf(target));
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be read", e);
    }
  }

  private static LabelledTable read(
      Path file, TableReader reader, List<String> features, int target) throws IOException {
    int[] from = features.stream().mapToInt(reader.names()::indexOf).toArray();
    double[] row = new double[from.length];
    Columns columns = new Columns(from.length);
    Map<String, Integer> seen = new HashMap<>();
    int[] found = new int[target < 0 ? 0 : 1024];
    try {
      while (reader.next()) {
        for (int f = 0; f < from.length; f++) {
          row[f] = reader.number(from[f]);
        }
        if (target >= 0) {
          if (found.length == columns.rows()) {
            found = Arrays.copyOf(found, Math.multiplyExact(2, found.length));
          }
          found[columns.rows()] = number(label(file, reader, target), seen);
        }
        columns.add(row);
      }
      if (columns.rows() == 0) {
        throw new InputException(file + ": no rows");
      }
    } catch (IOException | RuntimeException e) {
      columns.close();
      throw e;
    }
    List<String> classes = sorted(seen.keySet());
    int[] rank = new int[classes.size()];
    for (int c = 0; c < rank.length; c++) {
      rank[seen.get(classes.get(c))] = c;
    }
    int[] labels = target < 0 ? null : Arrays.copyOf(found, columns.rows());
    if (target >= 0) {
      Arrays.setAll(labels, r -> rank[labels[r]]);
    }
    return new LabelledTable(features, columns, classes, labels);
  }

  /// The number of a class, in the order in which they first come.
  private static int number(String label, Map<String, Integer> seen) {
    Integer known = seen.putIfAbsent(label, seen.size());
    return known == null ? seen.size() - 1 : known;
  }

  private static String label(Path file, TableReader reader, int target) {
    String label = reader.text(target).strip();
    if (label.isEmpty() || label.equalsIgnoreCase("nan")) {
      throw new InputException(
          "%s: %s: no class in column '%s'"
              .formatted(file, reader.place(), reader.names().get(target)));
    }
    return label;
  }

  private static List<String> sorted(Iterable<String> names) {
    List<String> classes = new ArrayList<>();
    names.forEach(classes::add);
    try {
      classes.sort(Comparator.comparingDouble(Double::parseDouble));
    } catch (NumberFormatException _) {
      classes.sort(Comparator.naturalOrder());
    }
    return classes;
  }
}
