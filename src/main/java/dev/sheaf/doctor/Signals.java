package dev.sheaf.doctor;

import java.util.List;
import java.util.Map;

/// Whether UCX will leave the JVM its signals. The JVM turns SIGSEGV into a `NullPointerException`;
/// UCX, if it may, prints a trace and ends the process.
final class Signals {
  private static final String SUBJECT = "UCX signals";
  private static final String VARIABLE = "UCX_ERROR_SIGNALS";

  private Signals() {}

  /// Unset, the transport sets it to nothing before it loads MPI.
  static Finding check(Map<String, String> environment) {
    String signals = environment.getOrDefault(VARIABLE, "").strip();
    for (String own : List.of("SEGV", "BUS", "FPE", "ILL")) {
      if (signals.contains(own)) {
        return Finding.failure(
            SUBJECT,
            VARIABLE + "=" + signals + ": where MPI uses UCX, the JVM dies at its first null check",
            "unset " + VARIABLE);
      }
    }
    return Finding.ok(SUBJECT, "left to the JVM");
  }
}
