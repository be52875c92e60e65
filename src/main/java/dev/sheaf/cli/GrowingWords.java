package dev.sheaf.cli;

import java.util.List;
import java.util.regex.Pattern;

/// The words of a command whose work grows with its ranks: `{ranks}`, `{4*ranks}` or `{4*ranks-1}`
/// in them stands for a number.
record GrowingWords(List<String> words) {
  private static final Pattern NUMBER =
      Pattern.compile("\\{(?:(\\d{1,12})\\*)?ranks(?:([+-]\\d{1,12}))?\\}");

  /// Whether there is such a number at all.
  boolean grow() {
    return words.stream().anyMatch(word -> NUMBER.matcher(word).find());
  }

  /// The words of the work for so many ranks.
  List<String> of(int ranks) {
    return words.stream()
        .map(word ->
            NUMBER
                .matcher(word)
                .replaceAll(number -> {
                  long times = number.group(1) == null ? 1 : Long.parseLong(number.group(1));
                  long more = number.group(2) == null ? 0 : Long.parseLong(number.group(2));
                  return Long.toString(times * ranks + more);
                }))
        .toList();
  }
}
