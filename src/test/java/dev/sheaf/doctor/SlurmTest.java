package dev.sheaf.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The texts are SLURM 22.05's, and one of 19.05.
class SlurmTest {
  private static final String LIST =
      """
      MPI plugin types are...
      \tpmix
      \tnone
      \tcray_shasta
      \tpmi2
      specific pmix plugin versions available: pmix_v4
      """;

  @Test
  void types() {
    assertEquals(Set.of("pmix", "none", "cray_shasta", "pmi2"), Slurm.types(LIST));
    assertEquals(
        Set.of("none", "pmi2"), Slurm.types("srun: MPI types are...\nsrun: none\nsrun: pmi2\n"));
    assertEquals(Set.of(), Slurm.types("srun: fatal: Could not establish a configuration source"));
  }

  @Test
  void allocation() {
    assertEquals(Optional.empty(), Slurm.allocation(Map.of("SLURM_CONF", "/etc/slurm.conf")));
    assertEquals(
        Finding.ok(
            "SLURM", "job 12 on 3 hosts (node[1-3]), 6 tasks, CPUs of each host 2(x3), 1 a task"),
        Slurm.allocation(
                Map.of(
                    "SLURM_JOB_ID", "12",
                    "SLURM_JOB_NUM_NODES", "3",
                    "SLURM_JOB_NODELIST", "node[1-3]",
                    "SLURM_NTASKS", "6",
                    "SLURM_JOB_CPUS_PER_NODE", "2(x3)",
                    "SLURM_CPUS_PER_TASK", "1"))
            .orElseThrow());
  }

  @Test
  void mpiTypes() {
    GivenMachine machine = new GivenMachine();
    assertEquals(List.of(), Slurm.check(machine), "no srun");
    machine.command("/bin/srun --mpi=list", 0, LIST, "").variable("SLURM_PMIX_FENCE", "ring");
    assertEquals(
        "ok      SLURM: srun --mpi takes pmix, none, cray_shasta, pmi2",
        Slurm.check(machine).getFirst().line(""));
    machine.variable("SLURM_PMIX_FENCE", "tree");
    assertTrue(Slurm.check(machine).getFirst().cure().contains("SLURM_PMIX_FENCE=ring"));
    machine.command("/bin/srun --mpi=list", 0, LIST.replace("\tpmix\n", ""), "");
    Finding finding = Slurm.check(machine).getFirst();
    assertEquals(Level.WARNING, finding.level());
    assertTrue(finding.text().contains("Open MPI needs pmix, MPICH pmi2"), finding.text());
    machine.command("/bin/srun --mpi=list", 1, "", "srun: fatal: Could not establish\n");
    assertTrue(Slurm.check(machine).getFirst().text().contains("tells no MPI types"));
  }
}
