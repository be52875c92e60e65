package dev.sheaf.transport.local;

/// Takes a rank out of its call when another one has failed. Not for programs to catch, therefore
/// an error; it is never reported.
final class JobEnded extends Error {
  private static final long serialVersionUID = 1;

  JobEnded() {
    super("another rank has ended the job", null, false, false);
  }
}
