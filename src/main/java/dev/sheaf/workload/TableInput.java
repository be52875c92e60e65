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

    Columns(List<String> wanted) {
      all = wanted.isEmpty();
      names = wanted;
    }

    void check(String file, TableFile table) {
      List<String> numeric =
          table.columns().stream().filter(TableColumn::numeric).map(TableColumn::name).toList();
      if (all && first == null) {
        names = numeric;
        if (names.isEmpty()) {
          throw new InputException(file + ": no column holds numbers");
        }
      }
      List<TableColumn> these =
          names.stream().map(name -> table.numeric(file, name, first)).toList();
      if (first == null) {
        first = file;
        found = these;
        return;
      }
      if (all && numeric.size() > names.size()) {
        String more = numeric.stream().filter(name -> !names.contains(name)).findFirst().get();
        throw new InputException(
            "%s: column '%s' is not in %s: give files of one schema".formatted(file, more, first));
      }
      for (int i = 0; i < these.size(); i++) {
        if (these.get(i).time() != found.get(i).time()) {
          throw new InputException(
              "%s: column '%s' holds %s, but %s in %s"
                  .formatted(
                      file, names.get(i), these.get(i).words(), found.get(i).words(), first));
        }
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
