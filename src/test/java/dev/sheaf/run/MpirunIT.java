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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// `run/mpirun` with the packed jar and the MPIs that are installed.
class MpirunIT {
  @TempDir private Path directory;

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

  /// What is wrong on one host.
  enum Fault {
    NO_JAR("sheaf.jar; build it with: make"),
    BROKEN_JAR("corrupt jarfile"),
    NO_LIBRARY("sheaf: SHEAF_MPI_LIB=/none: ");

    final String told;

    Fault(String told) {
      this.told = told;
    }
  }

  static Stream<Arguments> faults() {
    return Arrays.stream(MpiLauncher.values())
        .flatMap(
            launcher -> Arrays.stream(Fault.values()).map(fault -> Arguments.of(launcher, fault)));
  }

  /// The others wait in `MPI_Init`.
  @ParameterizedTest
  @MethodSource("faults")
  void aRankThatCannotStartEndsTheOthers(MpiLauncher launcher, Fault fault) throws IOException {
    Path run = Files.createDirectory(directory.resolve("run"));
    for (String each : List.of("sheaf", "find-jdk", "find-jar", "last-words")) {
      Files.copy(Path.of("run", each), run.resolve(each), StandardCopyOption.COPY_ATTRIBUTES);
    }
    String first = run + "/sheaf";
    switch (fault) {
      case NO_JAR -> {}
      case BROKEN_JAR ->
          Files.writeString(
              Files.createDirectory(directory.resolve("lib")).resolve("sheaf.jar"), "half of it");
      case NO_LIBRARY -> first = "env SHEAF_MPI_LIB=/none run/sheaf";
    }
    String script =
        "[ ${OMPI_COMM_WORLD_RANK-$PMI_RANK} = 0 ] || exec %s hello; exec run/sheaf hello"
            .formatted(first);
    Ended ended =
        launcher.start(2, Map.of(), List.of("sh", "-c", script)).await(Duration.ofSeconds(60));
    assertNotEquals(0, ended.status(), ended.toString());
    assertTrue(ended.err().contains(fault.told), ended.toString());
  }

  /// Hydra kills the others before they could tell.
  @Test
  void aKilledRankOfHydraIsTold() throws Exception {
    String job = "echo $SHEAF_JOB_ID > %s/$SHEAF_RANK; sleep 1000".formatted(directory);
    Path jobs = Files.write(directory.resolve("jobs"), Collections.nCopies(2, job));
    String words = "run/sheaf jobs %s --threads 1 --out %s/out".formatted(jobs, directory);
    MpiLauncher.Run run = MpiLauncher.MPICH.start(2, Map.of(), List.of(words.split(" ")));
    for (int rank = 0; rank < 2; rank++) {
      Path begun = directory.resolve(Integer.toString(rank));
      for (int i = 0; !Files.exists(begun) || Files.size(begun) == 0; i++) {
        assertTrue(i < 600 && run.launcher().isAlive(), "no start");
        Thread.sleep(100);
      }
    }
    ProcessHandle java =
        run.launcher()
            .descendants()
            .filter(process -> process.info().command().orElse("").endsWith("/java"))
            .findFirst()
            .orElseThrow();
    assertTrue(java.destroyForcibly());
    Ended ended = run.await(Duration.ofSeconds(60));
    assertNotEquals(0, ended.status(), ended.toString());
    Matcher line =
        Pattern.compile(
                "sheaf: rank (\\d) on \\S+ \\(pid %d\\) was ended by SIGKILL, with item (\\d) in hand\n"
                    .formatted(java.pid()))
            .matcher(ended.err());
    assertTrue(line.find(), ended.toString());
    assertEquals(Files.readString(directory.resolve(line.group(1))).strip(), line.group(2));
  }
}
