package dev.sheaf.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// SLURM: the allocation that we are in, and what `srun --mpi=TYPE` takes.
final class Slurm {
  static final String SUBJECT = "SLURM";
  private static final String FENCE = "SLURM_PMIX_FENCE";

  private Slurm() {}

  static List<Finding> check(Machine machine) {
    List<Finding> findings = new ArrayList<>();
    Map<String, String> environment = machine.environment();
    allocation(environment).ifPresent(findings::add);
    Optional<Path> srun = machine.command("srun");
    if (srun.isEmpty()) {
      return findings;
    }
    Machine.Ran ran = machine.run(Map.of(), List.of(srun.get().toString(), "--mpi=list"));
    Set<String> types = types(ran.out() + ran.err());
    if (types.isEmpty()) {
      findings.add(
          Finding.warning(
              SUBJECT,
              "srun tells no MPI types: " + Probe.failure(ran),
              "on a host of a cluster, look at /etc/slurm/slurm.conf; elsewhere srun is of no use"));
      return findings;
    }
    String list = "srun --mpi takes " + String.join(", ", types);
    boolean pmix = types.contains("pmix");
    if (!pmix) {
      findings.add(
          Finding.warning(
              SUBJECT,
              list + ": Open MPI needs pmix" + (types.contains("pmi2") ? ", MPICH pmi2" : ""),
              "install PMIx's library for slurmd (Debian: libpmix-dev), or use mpirun in the batch"
                  + " script"));
    } else if (!environment.getOrDefault(FENCE, "").equals("ring")) {
      findings.add(
          Finding.warning(
              SUBJECT,
              list + "; with pmix some starts on several hosts crash in MPI_Init",
              "export " + FENCE + "=ring"));
    } else {
      findings.add(Finding.ok(SUBJECT, list));
    }
    return findings;
  }

  /// What `SLURM_*` tell about the job that we are in.
  static Optional<Finding> allocation(Map<String, String> environment) {
    String job = environment.getOrDefault("SLURM_JOB_ID", "");
    if (job.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder("job ").append(job);
    add(text, environment, "SLURM_JOB_NUM_NODES", " on %s hosts");
    add(text, environment, "SLURM_JOB_NODELIST", " (%s)");
    add(text, environment, "SLURM_NTASKS", ", %s tasks");
    add(text, environment, "SLURM_JOB_CPUS_PER_NODE", ", CPUs of each host %s");
    add(text, environment, "SLURM_CPUS_PER_TASK", ", %s a task");
    return Optional.of(Finding.ok(SUBJECT, text.toString()));
  }

  private static void add(
      StringBuilder text, Map<String, String> environment, String variable, String format) {
    String value = environment.getOrDefault(variable, "");
    if (!value.isEmpty()) {
      text.append(format.formatted(value));
    }
  }

  /// The types in the text of `srun --mpi=list`: a line each, after a heading; older versions put
  /// `srun: ` before each line.
  static Set<String> types(String text) {
    Set<String> types = new LinkedHashSet<>();
    boolean listing = false;
    for (String line : text.split("\n", -1)) {
      String word = line.replaceFirst("^srun: ", "").strip();
      if (word.startsWith("MPI") && word.contains("types are")) {
        listing = true;
      } else if (word.contains(" ")) { // `specific pmix plugin versions available: pmix_v4`
        listing = false;
      } else if (listing && !word.isEmpty()) {
        types.add(word);
      }
    }
    return types;
  }
}
