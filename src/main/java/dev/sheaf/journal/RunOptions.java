package dev.sheaf.journal;

import dev.sheaf.InputException;
import dev.sheaf.process.ShellWords;
import java.util.List;

/// What a command line says of its run's directory.
///
/// @param words of the command line, behind `sheaf`
/// @param work of these what changes the result, in a form of its own
/// @param given whether the directory was given, rather than the default
/// @param start what to do if there is a run already
/// @param force go on with a run in spite of differences
/// @param durability when results are made durable
/// @param poison an item that was in hand when its rank died is set aside after so many times; 0:
///   never
/// @param part of the items that is to be done; `null` for all
public record RunOptions(
    List<String> words,
    List<String> work,
    boolean given,
    Start start,
    boolean force,
    Durability durability,
    int poison,
    Part part) {
  /// The default of `poison`.
  public static final int POISON = 2;

  /// What to do if there is a run in the directory.
  public enum Start {
    /// Begin a new one, unless there is one that was not finished.
    NEW,
    /// Go on with it.
    RESUME,
    /// Begin a new one in any case.
    RESTART
  }

  /// Checks the numbers.
  public RunOptions {
    if (poison < 0) {
      throw new InputException("--poison " + poison + ": must not be negative");
    }
  }

  /// The defaults.
  public static RunOptions defaults(String command) {
    List<String> words = List.of(command);
    return new RunOptions(words, words, false, Start.NEW, false, Durability.BATCH, POISON, null);
  }

  /// As a person would give it.
  String command() {
    return "sheaf " + ShellWords.line(words);
  }
}
