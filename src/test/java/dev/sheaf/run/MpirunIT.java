package dev.sheaf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Needs;
import dev.sheaf.testing.Shell;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `run/mpirun` with the packed jar and the MPIs that are installed.
class MpirunIT {
  @ParameterizedTest
  @CsvSource({
    "openmpi, mpirun.openmpi, openmpi-bin, 2",
    "openmpi, mpirun.openmpi, openmpi-bin, 4",
    "mpich, mpiexec.hydra, mpich, 2",
    "mpich, mpiexec.hydra, mpich, 4",
  })
  void hello(String mpi, String command, String debianPackage, String ranks) {
    Needs.command(command, debianPackage);
    Shell run =
        Shell.run(
            Map.of(),
            "run/mpirun",
            "--mpi",
            mpi,
            "--hostfile",
            "hostfiles/local",
            "-n",
            ranks,
            "hello");
    assertEquals(0, run.status(), run.toString());
    String[] lines = run.out().lines().toArray(String[]::new);
    assertEquals(Integer.parseInt(ranks), lines.length, run.toString());
    for (int rank = 0; rank < lines.length; rank++) {
      assertTrue(lines[rank].startsWith("rank " + rank + " of " + ranks + " on "), lines[rank]);
      assertTrue(
          lines[rank].contains(mpi.equals("mpich") ? ", mpi (MPICH " : ", mpi (Open MPI "),
          lines[rank]);
    }
  }
}
