package dev.sheaf.doctor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The MPI libraries of this machine: each is started by a child, as a world of one rank.
final class MpiLibraries {
  static final String SUBJECT = "MPI library";
  private static final String TRANSPORT = "mpi";

  private MpiLibraries() {}

  static List<Finding> check(Machine machine) {
    Map<String, String> alone = alone(machine.environment());
    Machine.Ran list =
        machine.run(alone, machine.java(Probe.class, List.of(Probe.LIBRARIES, TRANSPORT)));
    if (list.status() != 0) {
      return List.of(
          Finding.failure(
              SUBJECT,
              "opening them fails: " + Probe.failure(list),
              "remove or repair it, or name another in SHEAF_MPI_LIB"));
    }
    List<Finding> findings = new ArrayList<>();
    for (String line : list.out().lines().filter(l -> l.startsWith(Probe.MARK)).toList()) {
      String[] parts = line.substring(Probe.MARK.length()).split("\t", 2);
      findings.add(
          parts[1].isEmpty()
              ? started(machine, alone, parts[0])
              : Finding.failure(
                  SUBJECT,
                  parts[0] + ": cannot be opened: " + parts[1],
                  "install what is missing, or name a library of MPI in SHEAF_MPI_LIB"));
    }
    if (findings.isEmpty()) {
      findings.add(
          Finding.warning(
              SUBJECT,
              "none (libmpi.so.40, libmpich.so.12, libmpi_abi.so): embedded ranks only",
              "install one (Debian: openmpi-bin or mpich), or name it in SHEAF_MPI_LIB"));
    }
    return findings;
  }

  private static Finding started(Machine machine, Map<String, String> alone, String library) {
    Machine.Ran ran =
        machine.run(alone, machine.java(Probe.class, List.of(Probe.LIBRARY, TRANSPORT, library)));
    String answer = Probe.answerIn(ran.out()).orElse("");
    if (ran.status() != 0 || answer.isEmpty()) {
      return Finding.failure(
          SUBJECT,
          library + ": does not start: " + Probe.failure(ran),
          "name another in SHEAF_MPI_LIB, or see known-issues.md");
    }
    if (!answer.contains("MPI_THREAD_MULTIPLE")) {
      return Finding.warning(
          SUBJECT,
          library + ": " + answer,
          "between hosts use --schedule block or cyclic, or build it with MPI_THREAD_MULTIPLE");
    }
    return Finding.ok(SUBJECT, library + ": " + answer);
  }

  /// Changes that leave nothing of a launcher in the environment, so that a child is no rank of it.
  static Map<String, String> alone(Map<String, String> environment) {
    Map<String, String> changes = new HashMap<>();
    for (String variable : environment.keySet()) {
      for (String launcher : List.of("OMPI_COMM_", "OMPI_UNIVERSE", "PMIX_", "PMI_", "SLURM_")) {
        if (variable.startsWith(launcher)) {
          changes.put(variable, null);
        }
      }
    }
    return changes;
  }
}
