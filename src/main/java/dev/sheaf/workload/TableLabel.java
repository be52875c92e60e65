package dev.sheaf.workload;

import dev.sheaf.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Files that are counted together.
///
/// @param name empty if there is no other
/// @param files directories, globs, lists or files; see [dev.sheaf.files.InputFiles#find]
public record TableLabel(String name, List<String> files) {
  /// All files together; or, if there are words `NAME=GLOB`, those of each name.
  ///
  /// @throws InputException if there are both or none, or a word is another
  public static List<TableLabel> of(List<String> files, List<String> words) {
    if (files.isEmpty() == words.isEmpty()) {
      throw new InputException(
          files.isEmpty()
              ? "no files given; give FILES, or --label NAME=GLOB for each kind of them"
              : "FILES and --label: give one of the two");
    }
    if (words.isEmpty()) {
      return List.of(new TableLabel("", files));
    }
    Map<String, List<String>> byName = new LinkedHashMap<>();
    for (String word : words) {
      int at = word.indexOf('=');
      if (at < 1 || at == word.length() - 1) {
        throw new InputException("--label " + word + ": write NAME=GLOB");
      }
      byName
          .computeIfAbsent(word.substring(0, at), _ -> new ArrayList<>())
          .add(word.substring(at + 1));
    }
    return byName.entrySet().stream()
        .map(entry -> new TableLabel(entry.getKey(), entry.getValue()))
        .toList();
  }
}
