package dev.sheaf.doctor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What carries messages on this machine: the MPI libraries, and what the transports need that a
/// user chooses by name. Each is started by a child, as a world of one rank.
final class MpiLibraries {
  static final String SUBJECT = "MPI library";

  private static final MpiLibraries C =
      new MpiLibraries(
          "mpi",
          SUBJECT,
          Level.FAILURE,
          "none (libmpi.so.40, libmpich.so.12, libmpi_abi.so): embedded ranks only",
          "install one (Debian: openmpi-bin or mpich), or name it in SHEAF_MPI_LIB",
          "SHEAF_MPI_LIB");

  private static final MpiLibraries JAVA_BINDINGS =
      new MpiLibraries(
          "openmpi",
          "Open MPI's mpi.jar",
          Level.WARNING,
          "none: no --transport openmpi",
          "build it (make mpi-jar), or name it in SHEAF_MPI_JAR",
          "SHEAF_MPI_JAR");

  private static final MpiLibraries MPJ_EXPRESS =
      new MpiLibraries(
          "mpj",
          "MPJ Express",
          Level.WARNING,
          "none: no run/mpj",
          "install it (Debian: libmpj-java), or name its mpj.jar in SHEAF_MPJ_JAR",
          "SHEAF_MPJ_JAR");

  private final String transport;
  private final String subject;
  private final Level broken;
  private final String none;
  private final String install;
  private final String variable;

  /// @param broken how bad it is if one does not work
  /// @param none what to tell if there is none
  /// @param install what to do then
  /// @param variable names another
  private MpiLibraries(
      String transport,
      String subject,
      Level broken,
      String none,
      String install,
      String variable) {
    this.transport = transport;
    this.subject = subject;
    this.broken = broken;
    this.none = none;
    this.install = install;
    this.variable = variable;
  }

  /// The MPI libraries of the transport `mpi`.
  static List<Finding> check(Machine machine) {
    return C.findings(machine);
  }

  /// What the transports `openmpi` and `mpj` need.
  static List<Finding> checkOthers(Machine machine) {
    List<Finding> findings = new ArrayList<>(JAVA_BINDINGS.findings(machine));
    findings.addAll(MPJ_EXPRESS.findings(machine));
    return findings;
  }

  private List<Finding> findings(Machine machine) {
    Map<String, String> alone = alone(machine.environment());
    Machine.Ran list =
        machine.run(alone, machine.java(Probe.class, List.of(Probe.LIBRARIES, transport)));
    if (list.status() != 0) {
      return List.of(
          broken(
              "opening them fails: " + Probe.failure(list),
              "remove or repair it, or name another in " + variable));
    }
    List<Finding> findings = new ArrayList<>();
    for (String line : list.out().lines().filter(l -> l.startsWith(Probe.MARK)).toList()) {
      String[] parts = line.substring(Probe.MARK.length()).split("\t", 2);
      findings.add(
          parts[1].isEmpty()
              ? started(machine, alone, parts[0])
              : broken(
                  parts[0] + ": cannot be opened: " + parts[1],
                  "install what is missing, or name another in " + variable));
    }
    if (findings.isEmpty()) {
      findings.add(Finding.warning(subject, none, install));
    }
    return findings;
  }

  private Finding started(Machine machine, Map<String, String> alone, String library) {
    Machine.Ran ran =
        machine.run(alone, machine.java(Probe.class, List.of(Probe.LIBRARY, transport, library)));
    String answer = Probe.answerIn(ran.out()).orElse("");
    if (ran.status() != 0 || answer.isEmpty()) {
      return broken(
          library + ": does not start: " + Probe.failure(ran),
          "name another in " + variable + ", or see known-issues.md");
    }
    if (answer.contains("MPI_THREAD_SERIALIZED")) {
      return Finding.warning(
          subject,
          library + ": " + answer,
          "between hosts use --schedule block or cyclic, or build it with MPI_THREAD_MULTIPLE");
    }
    return Finding.ok(subject, library + ": " + answer);
  }

  private Finding broken(String text, String cure) {
    return new Finding(broken, subject, text, cure);
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
