package dev.sheaf.comm;

import java.util.Map;

/// A way to start ranks and to carry their messages.
public interface Transport {
  /// The name that `--transport` takes.
  String name();

  /// Whether this process was started by a launcher of this transport, judged by its environment.
  boolean launched(Map<String, String> environment);

  /// Runs the program on the ranks of this process and returns when they have ended: `ranks` of
  /// them where the ranks are embedded; one where a launcher has started a process for each rank
  /// (then `ranks` must be 0).
  ///
  /// When the program throws on any rank, every rank of the job ends: one message is printed to
  /// standard error, and the status is that of [Failure#status(Throwable)]. Where ranks are
  /// processes that cannot be told otherwise, this ends the JVM.
  ///
  /// @param ranks embedded ranks, or 0 for what the launcher gave
  /// @param program what each rank runs
  /// @return the largest exit status of this process's ranks
  int run(int ranks, RankProgram program);

  /// The libraries, native or jars, that this transport finds on this machine, by the names that
  /// [#probe] takes; for each why it cannot be opened, or an empty string. May open them, and one
  /// that is broken may end or hang the process: for a process of its own.
  default Map<String, String> libraries(Map<String, String> environment) {
    return Map.of();
  }

  /// Starts a library, as a world of one rank, ends it again, and tells what it is: version, ABI,
  /// thread level. For a process of its own, as [#libraries].
  ///
  /// @throws dev.sheaf.InputException if it does not start
  default String probe(String library) {
    throw new UnsupportedOperationException(name());
  }
}
