package dev.sheaf.transport.mpj;

/// How the ranks of this process end together.
interface Job {
  /// Tells the reason on standard error and ends every rank of the job.
  ///
  /// @return never, or an exception that ends this rank's thread
  RuntimeException abort(int rank, String reason, int status);
}
