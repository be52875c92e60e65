package dev.sheaf.workload;

/// One kind of work, run by all ranks (SPMD).
public interface Workload {
  /// The subcommand's name.
  String name();

  /// Does the work. Called on every rank; throws [AgreedInputException] on all ranks together, and
  /// anything else only to end every rank.
  ///
  /// @return what to report; results and failures count on rank 0 only
  Summary run(Job job) throws Exception;

  /// Whether the run ends with the table of phases.
  default boolean timed() {
    return true;
  }

  /// Whether it writes files into the directory for output: then that is the run's directory.
  default boolean writes() {
    return timed();
  }
}
