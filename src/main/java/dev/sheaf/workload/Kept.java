package dev.sheaf.workload;

import dev.sheaf.journal.PastItem;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.LongFunction;

/// Where the results of a map's items stay, so that a run that is resumed need not do them again.
///
/// What a task does beside its result, in memory, is kept by [dev.sheaf.map.ItemTask#keep] alone: a
/// map whose tasks neither have that nor do it again from the results is not to be logged.
///
/// @param output the part files, or the directory (with a `/`), that results lie in; and what they
///   depend on beside the words of the run: of another nothing is kept
/// @param external whether results lie in files; else they are values, which the log holds
/// @param input an item's own file, or `null`; if it has changed, the item is not done
/// @param result the file that an item that is done has written, or `null`; without it, the item is
///   not done
public record Kept(
    String output, boolean external, LongFunction<Path> input, Function<PastItem, Path> result) {
  /// The results are values.
  public static final Kept VALUES = new Kept("", false, _ -> null, _ -> null);

  /// The results lie in slots of files that all ranks write.
  static Kept in(SharedOutput... outputs) {
    StringBuilder names = new StringBuilder();
    for (SharedOutput output : outputs) {
      names.append(names.isEmpty() ? "" : " ").append(output.name());
    }
    return new Kept(names.toString(), true, _ -> null, _ -> null);
  }

  /// Each item writes a file.
  ///
  /// @param directory of these, in that of the run
  static Kept files(String directory, LongFunction<Path> file) {
    return new Kept(directory + "/", true, _ -> null, done -> file.apply(done.item()));
  }

  /// The results are values, and lie in files beside the output, of several items each.
  ///
  /// @param file which of these an item's record tells
  static Kept aside(String name, Function<PastItem, Path> file) {
    return new Kept(name, true, _ -> null, file);
  }

  /// Each item is made of a file.
  public Kept from(LongFunction<Path> input) {
    return new Kept(output, external, input, result);
  }

  /// What comes of the items depends on this, which an earlier map has found.
  Kept given(Object found) {
    return new Kept(output + " " + found, external, input, result);
  }
}
