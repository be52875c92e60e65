package dev.sheaf.transport.common;

import java.util.Map;

/// What a launcher's environment tells before MPI starts.
///
/// @param launcher who started this process
/// @param size the number of ranks, 0 if not told
/// @param oneNode whether all ranks are on this host; `false` if not told
public record Launch(Launcher launcher, int size, boolean oneNode) {
  /// Launchers, told apart by their variables. Open MPI's come first: its `mpirun` sets PMIX_RANK
  /// too, and under SLURM the variables of `srun` are those of its daemons.
  public enum Launcher {
    /// Open MPI's `mpirun`.
    OPEN_MPI,
    /// `srun --mpi=pmix`, or another launcher that speaks PMIx.
    PMIX,
    /// MPICH's `mpiexec.hydra`, or another launcher that speaks PMI, as `srun --mpi=pmi2`.
    PMI,
    /// `srun` without what MPI needs.
    SRUN,
    /// None: started by hand.
    NONE
  }

  /// What the variables of this environment tell.
  public static Launch of(Map<String, String> environment) {
    if (environment.containsKey("OMPI_COMM_WORLD_RANK")) {
      int size = number(environment, "OMPI_COMM_WORLD_SIZE");
      return new Launch(
          Launcher.OPEN_MPI, size, number(environment, "OMPI_COMM_WORLD_LOCAL_SIZE") == size);
    }
    int tasks = number(environment, "SLURM_STEP_NUM_TASKS");
    boolean oneNode = number(environment, "SLURM_STEP_NUM_NODES") == 1;
    boolean hydra = environment.containsKey("MPI_LOCALNRANKS");
    if (tasks == 1 && !hydra) { // a step of one task, as an interactive shell's
      return new Launch(Launcher.NONE, 1, true);
    }
    if (environment.containsKey("PMIX_RANK")) {
      return new Launch(Launcher.PMIX, tasks, oneNode);
    }
    if (environment.containsKey("PMI_RANK")) {
      int size = number(environment, "PMI_SIZE");
      return new Launch(
          Launcher.PMI, size, hydra ? number(environment, "MPI_LOCALNRANKS") == size : oneNode);
    }
    if (tasks > 1) {
      return new Launch(Launcher.SRUN, tasks, oneNode);
    }
    return new Launch(Launcher.NONE, 1, true);
  }

  /// This process's rank as its launcher says, before any transport has started; 0 without a
  /// launcher. So that of many ranks that meet the same error, one tells it.
  public static int rank(Map<String, String> environment) {
    for (String variable :
        new String[] {
          "SHEAF_MPJ_RANK", "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"
        }) {
      String rank = environment.get(variable);
      if (rank != null && !rank.isEmpty() && rank.chars().allMatch(Character::isDigit)) {
        return Integer.parseInt(rank);
      }
    }
    return 0;
  }

  private static int number(Map<String, String> environment, String variable) {
    String value = environment.get(variable);
    return value == null ? 0 : Integer.parseInt(value);
  }
}
