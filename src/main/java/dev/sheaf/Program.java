package dev.sheaf;

/// What every rank runs: see [Sheaf#run].
///
/// A class that implements this becomes a command of `sheaf`, with the options that all commands
/// share, when `META-INF/services/dev.sheaf.Program` names it in a jar or directory of
/// `SHEAF_CLASS_PATH`. It has a constructor without parameters, a name and a description by
/// picocli's `@Command`, and options of its own by `@Option` and `@Parameters`. Embedded ranks run
/// one object.
@FunctionalInterface
public interface Program {
  /// Runs on one rank.
  ///
  /// @param world this rank's view of all ranks
  /// @throws Exception ends every rank: with the message and exit status 2 for an [InputException],
  ///   else with the stack trace and exit status 3
  void run(World world) throws Exception;
}
