package dev.sheaf.transport.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.transport.common.Launch.Launcher;
import dev.sheaf.transport.mpi.MpiTransport;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The variables are those that Open MPI 4.1's mpirun, MPICH 4.0's mpiexec.hydra and SLURM 22.05's
/// srun were seen to set.
class LaunchTest {
  private static final Map<String, String> MPIRUN =
      Map.of(
          "OMPI_COMM_WORLD_RANK", "3",
          "OMPI_COMM_WORLD_SIZE", "8",
          "OMPI_COMM_WORLD_LOCAL_SIZE", "4",
          "PMIX_RANK", "3");

  private static final Map<String, String> SRUN =
      Map.of("SLURM_PROCID", "1", "SLURM_STEP_NUM_TASKS", "6", "SLURM_STEP_NUM_NODES", "2");

  private static Map<String, String> with(Map<String, String> map, String... more) {
    Map<String, String> all = new HashMap<>(map);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  @Test
  void mpirun() {
    assertEquals(new Launch(Launcher.OPEN_MPI, 8, false), Launch.of(MPIRUN));
    assertEquals(
        new Launch(Launcher.OPEN_MPI, 8, true),
        Launch.of(with(MPIRUN, "OMPI_COMM_WORLD_LOCAL_SIZE", "8")));
  }

  @Test
  void mpirunWithinSlurm() {
    Map<String, String> environment = with(SRUN, "SLURM_STEP_NUM_TASKS", "2");
    environment.putAll(MPIRUN);
    assertEquals(new Launch(Launcher.OPEN_MPI, 8, false), Launch.of(environment));
  }

  @Test
  void hydra() {
    Map<String, String> hydra = Map.of("PMI_RANK", "0", "PMI_SIZE", "2", "MPI_LOCALNRANKS", "2");
    assertEquals(new Launch(Launcher.PMI, 2, true), Launch.of(hydra));
    assertEquals(
        new Launch(Launcher.PMI, 2, false), Launch.of(with(hydra, "MPI_LOCALNRANKS", "1")));
  }

  @Test
  void srun() {
    assertEquals(new Launch(Launcher.SRUN, 6, false), Launch.of(SRUN));
    assertEquals(new Launch(Launcher.PMIX, 6, false), Launch.of(with(SRUN, "PMIX_RANK", "1")));
    assertEquals(
        new Launch(Launcher.PMI, 6, false),
        Launch.of(with(SRUN, "PMI_RANK", "1", "PMI_SIZE", "6")));
    assertEquals(
        new Launch(Launcher.PMIX, 6, true),
        Launch.of(with(SRUN, "PMIX_RANK", "1", "SLURM_STEP_NUM_NODES", "1")));
  }

  @Test
  void launched() {
    MpiTransport mpi = new MpiTransport();
    assertTrue(mpi.launched(MPIRUN));
    assertTrue(mpi.launched(SRUN), "so that each of its tasks doesn't do all the work");
    Map<String, String> shell = with(SRUN, "SLURM_STEP_NUM_TASKS", "1");
    assertFalse(mpi.launched(shell));
    assertFalse(mpi.launched(with(shell, "PMI_RANK", "0", "PMI_SIZE", "1")), "srun --mpi=pmi2");
    assertFalse(mpi.launched(with(shell, "PMIX_RANK", "0")), "srun --mpi=pmix");
    assertTrue(
        mpi.launched(with(shell, "PMI_RANK", "0", "PMI_SIZE", "2", "MPI_LOCALNRANKS", "2")),
        "mpiexec within it");
    assertFalse(mpi.launched(Map.of("SLURM_NTASKS", "4", "SLURM_PROCID", "0")), "a batch script");
  }
}
