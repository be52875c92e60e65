package dev.sheaf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.testing.Needs;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

  /// As for want of a JDK on one host. The others wait in `MPI_Init`.
  @ParameterizedTest
  @EnumSource
  void aRankThatCannotStartEndsTheOthers(MpiLauncher launcher, @TempDir Path directory)
      throws IOException {
    Path run = Files.createDirectory(directory.resolve("run"));
    for (String each : List.of("sheaf", "find-jdk", "find-jar")) {
      Files.copy(Path.of("run", each), run.resolve(each), StandardCopyOption.COPY_ATTRIBUTES);
    }
    String script =
        "[ ${OMPI_COMM_WORLD_RANK-$PMI_RANK} = 0 ] || exec %s/sheaf hello; exec run/sheaf hello"
            .formatted(run);
    Ended ended =
        launcher.start(2, Map.of(), List.of("sh", "-c", script)).await(Duration.ofSeconds(60));
    assertNotEquals(0, ended.status(), ended.toString());
    assertTrue(ended.err().contains("sheaf.jar; build it with: make"), ended.toString());
  }
}
