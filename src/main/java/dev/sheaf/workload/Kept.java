package dev.sheaf.workload;

import java.nio.file.Path;
import java.util.function.LongFunction;

/// Where the results of a map's items stay, so that a run that is resumed need not do them again.
///
/// What a task does beside its result, in memory, is not kept: a map with such tasks is not to be
/// logged, or has to do that again from the results.
///
/// @param output the part files, or the directory (with a `/`), that results lie in; empty if they
///   are values, which the log holds
/// @param divided whether what the items are depends on ranks or memory: of others nothing is kept
/// @param input an item's own file, or `null`; if it has changed, the item is not done
/// @param result the file that an item has written, or `null`; without it, the item is not done
public record Kept(
    String output, boolean divided, LongFunction<Path> input, LongFunction<Path> result) {
  /// The results are values.
  public static final Kept VALUES = new Kept("", false, _ -> null, _ -> null);

  /// The results lie in slots of files that all ranks write.
  static Kept in(SharedOutput... outputs) {
    StringBuilder names = new StringBuilder();
    for (SharedOutput output : outputs) {
      names.append(names.isEmpty() ? "" : " ").append(output.name());
    }
    return new Kept(names.toString(), false, _ -> null, _ -> null);
  }

  /// Each item writes a file.
  ///
  /// @param directory of these, in that of the run
  static Kept files(String directory, LongFunction<Path> result) {
    return new Kept(directory + "/", false, _ -> null, result);
  }

  /// Each item is made of a file.
  public Kept from(LongFunction<Path> input) {
    return new Kept(output, divided, input, result);
  }

  /// What the items are depends on ranks or memory, and what comes of them on this.
  Kept divided(String by) {
    return new Kept(output + " " + by, true, input, result);
  }

  /// Whether results lie in files.
  boolean external() {
    return !output.isEmpty();
  }
}
