package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.files.InputFiles;
import dev.sheaf.map.Items;
import dev.sheaf.table.TableColumn;
import dev.sheaf.table.TableFile;
import dev.sheaf.table.TablePart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Tables in files, as rank 0 has found them: what is read on its own, and the columns that are
/// read of it. The items of a map are the parts.
///
/// @param parts in the order of the files
/// @param labels which label the files of each part have
/// @param columns the names of the columns
/// @param times 1 for columns whose numbers are seconds since 1970, else 0
record TableInput(List<TablePart> parts, int[] labels, List<String> columns, int[] times) {
  static final Codec<TableInput> CODEC = Codecs.ofRecord(TableInput.class);

  /// Finds files and looks at each of them. For rank 0.
  ///
  /// @param wanted the columns that are needed; empty for all those of numbers, which then must be
  ///   the same in all files
  /// @throws InputException if there are none, or if a file lacks a column, or has it with other
  ///   values than numbers, or with times where another has numbers
  static TableInput find(Job job, List<TableLabel> labels, List<String> wanted) {
    List<TablePart> parts = new ArrayList<>();
    List<Integer> labelOf = new ArrayList<>();
    Columns columns = new Columns(wanted);
    for (int label = 0; label < labels.size(); label++) {
      for (String what : labels.get(label).files()) {
        for (Path file : InputFiles.find(what, InputFiles.Kind.TABLES)) {
          job.reads(file);
          TableFile found = TableFile.of(file);
          if (!found.columns().isEmpty()) { // else reading it will tell what is wrong
            columns.check(file.toString(), found);
          }
          parts.addAll(found.parts());
          while (labelOf.size() < parts.size()) {
            labelOf.add(label);
          }
        }
      }
    }
    if (parts.isEmpty()) {
      throw new InputException(columns.first + ": no rows");
    }
    columns.checkSome();
    return new TableInput(
        parts,
        labelOf.stream().mapToInt(Integer::intValue).toArray(),
        columns.names,
        columns.found.stream().mapToInt(column -> column.time() ? 1 : 0).toArray());
  }

  /// The columns, by the first file that could be read.
  private static final class Columns {
    private final boolean all;
    private List<String> names;
    private List<TableColumn> found = List.of();
    private String first;
    private List<String> ofFirst;

    Columns(List<String> wanted) {
      all = wanted.isEmpty();
      names = wanted;
    }

    void check(String file, TableFile table) {
      if (all && first == null) {
        names = numeric(table).map(TableColumn::name).toList();
      } else if (all) {
        leaveOutText(table);
      }
      List<TableColumn> these =
          names.stream().map(name -> table.numeric(file, name, first)).toList();
      if (first == null) {
        first = file;
        ofFirst = table.columns().stream().map(TableColumn::name).toList();
        found = new ArrayList<>(these);
        checkSome();
        return;
      }
      if (all) {
        checkNoMore(file, table);
      }
      for (int i = 0; i < these.size(); i++) {
        if (found.get(i).empty()) {
          found.set(i, these.get(i));
        } else if (!these.get(i).empty() && these.get(i).time() != found.get(i).time()) {
          throw new InputException(
              "%s: column '%s' holds %s, but %s in %s"
                  .formatted(
                      file, names.get(i), these.get(i).words(), found.get(i).words(), first));
        }
      }
    }

    private static Stream<TableColumn> numeric(TableFile table) {
      return table.columns().stream().filter(TableColumn::numeric);
    }

    /// Columns of which no file before had a value, and that are text here, are not of numbers.
    private void leaveOutText(TableFile table) {
      for (TableColumn column : table.columns()) {
        int at = column.numeric() ? -1 : names.indexOf(column.name());
        if (at >= 0 && found.get(at).empty()) {
          names = names.stream().filter(name -> !name.equals(column.name())).toList();
          found.remove(at);
        }
      }
    }

    private void checkNoMore(String file, TableFile table) {
      numeric(table)
          .filter(column -> !column.empty() && !names.contains(column.name()))
          .findFirst()
          .ifPresent(more -> {
            throw new InputException(
                "%s: column '%s' %s %s: give files of one schema"
                    .formatted(
                        file,
                        more.name(),
                        ofFirst.contains(more.name()) ? "holds numbers, but text in" : "is not in",
                        first));
          });
    }

    void checkSome() {
      if (first != null && names.isEmpty()) {
        throw new InputException(first + ": no column holds numbers");
      }
    }
  }

  /// Checks that all ranks see the same files. Collective.
  ///
  /// @throws AgreedInputException on every rank, if they don't
  void checkSeen(Job job) throws Exception {
    SameFiles.check(job, parts.stream().map(TablePart::file).distinct().map(Path::of).toList());
  }

  /// The parts as items.
  Items items(Job job) {
    return new Items(
        parts.size(), item -> parts.get((int) item).toString(), _ -> job.options().command());
  }
}
