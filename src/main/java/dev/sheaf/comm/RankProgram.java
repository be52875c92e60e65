package dev.sheaf.comm;

/// The program that every rank runs (SPMD).
@FunctionalInterface
public interface RankProgram {
  /// Runs on one rank.
  ///
  /// @param world the communicator of all ranks
  /// @return the exit status, 0 for success
  /// @throws Exception ends every rank with one message
  int run(Communicator world) throws Exception;
}
