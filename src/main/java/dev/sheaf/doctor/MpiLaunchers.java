package dev.sheaf.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The MPI launchers on the path: each starts two ranks that must meet.
final class MpiLaunchers {
  static final String SUBJECT = "MPI launcher";

  /// The plain names first: they are what a user types.
  private static final List<String> NAMES =
      List.of("mpirun", "mpiexec", "mpirun.openmpi", "mpiexec.hydra", "mpirun.mpich");

  private static final Pattern OPEN_MPI =
      Pattern.compile("\\((?:OpenRTE|Open MPI|PRRTE)\\) (\\d\\S*)");
  private static final Pattern HYDRA =
      Pattern.compile("HYDRA build details:\\s+Version:\\s+(\\S+)");
  private static final Pattern INTEL = Pattern.compile("Intel\\(R\\) MPI Library.*Version (.*)");

  private MpiLaunchers() {}

  /// A launcher's make.
  ///
  /// @param name its name and version
  /// @param openMpi whether it takes Open MPI's options
  record Make(String name, boolean openMpi) {
    /// What the text of `--version` tells.
    static Optional<Make> of(String version) {
      Matcher matcher = OPEN_MPI.matcher(version);
      if (matcher.find()) {
        return Optional.of(new Make("Open MPI " + matcher.group(1), true));
      }
      matcher = HYDRA.matcher(version);
      if (matcher.find()) {
        return Optional.of(new Make("MPICH " + matcher.group(1), false));
      }
      matcher = INTEL.matcher(version);
      return matcher.find()
          ? Optional.of(new Make("Intel MPI " + matcher.group(1).strip(), false))
          : Optional.empty();
    }
  }

  /// @param libraries whether a library of MPI works
  static List<Finding> check(Machine machine, boolean libraries) {
    Map<Path, Path> launchers = new LinkedHashMap<>(); // by the file that several names may link to
    for (String name : NAMES) {
      machine.command(name).ifPresent(path -> launchers.putIfAbsent(real(path), path));
    }
    if (launchers.isEmpty()) {
      return libraries
          ? List.of(
              Finding.warning(
                  SUBJECT,
                  "none on the path: nothing starts ranks of the MPI library",
                  "install one (Debian: openmpi-bin or mpich), or load your site's module"))
          : List.of();
    }
    List<Finding> findings = new ArrayList<>();
    launchers.values().forEach(path -> findings.add(check(machine, path, libraries)));
    return findings;
  }

  private static Finding check(Machine machine, Path launcher, boolean libraries) {
    Map<String, String> outside = outside(machine.environment());
    Machine.Ran version = machine.run(outside, List.of(launcher.toString(), "--version"));
    Optional<Make> make = Make.of(version.out() + version.err());
    if (make.isEmpty()) {
      return Finding.warning(
          SUBJECT,
          launcher + ": of no MPI that Sheaf knows",
          "use mpirun of Open MPI or mpiexec of MPICH");
    }
    String name = launcher + ", " + make.get().name();
    if (!libraries) {
      return Finding.warning(SUBJECT, name + ": not tried, as no MPI library works", "see above");
    }
    List<String> words = new ArrayList<>();
    words.add(launcher.toString());
    if (make.get().openMpi()) {
      words.addAll(List.of("--oversubscribe", "--bind-to", "none"));
      if (isRoot(machine)) {
        words.add("--allow-run-as-root");
      }
    }
    words.addAll(List.of("-n", "2"));
    words.add("env"); // Open MPI's mpirun rewrites the words of a program named java
    words.addAll(machine.java(Probe.class, List.of(Probe.WORLD)));
    Machine.Ran ran = machine.run(outside, words);
    Optional<String> answer = Probe.answerIn(ran.out());
    return ran.status() == 0 && answer.isPresent()
        ? Finding.ok(SUBJECT, name + ": started " + answer.get())
        : Finding.failure(
            SUBJECT,
            name + ": two ranks do not meet: " + Probe.failure(ran),
            "see known-issues.md for the text");
  }

  /// Of a launcher's variables only SLURM's, which tell where to start ranks.
  private static Map<String, String> outside(Map<String, String> environment) {
    Map<String, String> changes = new HashMap<>(MpiLibraries.alone(environment));
    changes.keySet().removeIf(variable -> variable.startsWith("SLURM_"));
    return changes;
  }

  private static boolean isRoot(Machine machine) {
    return Cores.field(machine.text("/proc/self/status").orElse(""), "Uid").startsWith("0\t");
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path;
    }
  }
}
