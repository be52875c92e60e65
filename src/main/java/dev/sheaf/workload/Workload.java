package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.comm.Communicator;

/// One kind of work, run by all ranks (SPMD).
public interface Workload {
  /// The subcommand's name.
  String name();

  /// Runs it on one rank, from the first meeting of the ranks to the report. Collective.
  ///
  /// @return the exit status
  default int start(JobOptions options, Communicator comm) throws Exception {
    return Runner.run(this, options, comm);
  }

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

  /// Checks that several jobs can each do a part of its items.
  ///
  /// @throws InputException if what it does is not kept for the others
  default void checkPart() {
    if (!writes()) {
      throw new InputException("--part: what " + name() + " does is not kept for the other parts");
    }
  }
}
