package dev.sheaf.process;

import java.util.Optional;

/// The process that has started this one: of a rank that a launcher has started, the launcher's
/// daemon on this host (`orted`, `hydra_pmi_proxy`, `slurmstepd`), which would also end it.
public final class ParentProcess {
  private static final Optional<ProcessHandle> FIRST = now();

  private ParentProcess() {}

  /// Where `run/last-words` is between the two, its parent, which changes with its own too.
  private static Optional<ProcessHandle> now() {
    Optional<ProcessHandle> parent = ProcessHandle.current().parent();
    return LastWords.asked() ? parent.flatMap(ProcessHandle::parent) : parent;
  }

  /// Whether it has ended: then this process has been given another parent. Also where nobody reaps
  /// it.
  public static boolean gone() {
    return !now().equals(FIRST);
  }
}
