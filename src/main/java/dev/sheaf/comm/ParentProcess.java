package dev.sheaf.comm;

import java.util.Optional;

/// The process that has started this one: of a rank that a launcher has started, the launcher's
/// daemon on this host (`orted`, `hydra_pmi_proxy`, `slurmstepd`), which would also end it.
public final class ParentProcess {
  private static final Optional<ProcessHandle> FIRST = ProcessHandle.current().parent();

  private ParentProcess() {}

  /// Whether it has ended: then this process has been given another parent. Also where nobody reaps
  /// it.
  public static boolean gone() {
    return !ProcessHandle.current().parent().equals(FIRST);
  }
}
