package dev.sheaf.journal;

import dev.sheaf.InputException;
import dev.sheaf.comm.Blocks;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One of the parts in which several jobs do a run at the same time, each a block of the items, as
/// the tasks of a batch system's job array do.
///
/// @param number from 0
/// @param count of the parts
public record Part(int number, int count) {
  private static final Pattern WORDS = Pattern.compile("(\\d{1,9})/(\\d{1,9})");

  /// Reads `--part`: `0/10` to `9/10`.
  ///
  /// @throws InputException if it is none
  public static Part parse(String text) {
    Matcher words = WORDS.matcher(text);
    if (words.matches()) {
      Part part = new Part(Integer.parseInt(words.group(1)), Integer.parseInt(words.group(2)));
      if (part.number < part.count) {
        return part;
      }
    }
    throw new InputException("--part " + text + ": must be one of the parts, as 0/10 to 9/10");
  }

  /// The first item of a map that it does.
  long from(long items) {
    return Blocks.start(items, count, number);
  }

  /// The item after the last of these.
  long to(long items) {
    return Blocks.start(items, count, number + 1);
  }

  /// Whether it does that item of a map.
  boolean has(long item, long items) {
    return item >= from(items) && item < to(items);
  }
}
