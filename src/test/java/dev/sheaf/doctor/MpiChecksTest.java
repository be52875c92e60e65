package dev.sheaf.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What children and launchers answer.
class MpiChecksTest {
  private static final String OPEN_MPI =
      "mpirun.openmpi (OpenRTE) 4.1.4\n\nReport bugs to http://www.open-mpi.org/community/help/\n";

  private static final String HYDRA =
      """
      HYDRA build details:
          Version:                                 4.0.2
          Release Date:                            Thu Apr  7 12:34:45 CDT 2022
      """;

  private static final String LIST = "Probe libraries mpi";

  private static List<String> lines(List<Finding> findings) {
    return findings.stream().map(finding -> finding.line("")).toList();
  }

  @Test
  void librariesAreStartedOneByOne() {
    GivenMachine machine =
        new GivenMachine()
            .command(LIST, 0, "sheaf-probe:libmpi.so.40\t\nsheaf-probe:libmpich.so.12\t\n", "")
            .command(
                "mpi libmpi.so.40",
                0,
                "noise\nsheaf-probe:Open MPI v4.1.4, ABI of Open MPI, MPI_THREAD_MULTIPLE\n",
                "")
            .command("mpi libmpich.so.12", 134, "", "\n#\n# A fatal error has been detected\n");
    assertEquals(
        List.of(
            "ok      MPI library: libmpi.so.40: Open MPI v4.1.4, ABI of Open MPI,"
                + " MPI_THREAD_MULTIPLE",
            "failure MPI library: libmpich.so.12: does not start: ended by signal 6: # A fatal"
                + " error has been detected; name another in SHEAF_MPI_LIB, or see"
                + " known-issues.md"),
        lines(MpiLibraries.check(machine)));
  }

  @Test
  void aLibraryWithoutThreadMultiple() {
    GivenMachine machine =
        new GivenMachine()
            .command(LIST, 0, "sheaf-probe:libx.so\t\n", "")
            .command("mpi libx.so", 0, "sheaf-probe:X, MPI_THREAD_SERIALIZED\n", "");
    Finding finding = MpiLibraries.check(machine).getFirst();
    assertEquals(Level.WARNING, finding.level());
    assertTrue(finding.cure().contains("--schedule block"), finding.cure());
  }

  @Test
  void aLibraryThatHangs() {
    GivenMachine machine =
        new GivenMachine()
            .command(LIST, 0, "sheaf-probe:libx.so\t\n", "")
            .command("mpi libx.so", Machine.Ran.LATE, "", "");
    Finding finding = MpiLibraries.check(machine).getFirst();
    assertEquals(Level.FAILURE, finding.level());
    assertTrue(finding.text().contains("does not end"), finding.text());
  }

  @Test
  void noLibraryOrABrokenOne() {
    GivenMachine none = new GivenMachine().command(LIST, 0, "", "");
    assertEquals(Level.WARNING, MpiLibraries.check(none).getFirst().level());
    GivenMachine broken =
        new GivenMachine().command(LIST, 0, "sheaf-probe:libx.so\tlibdep.so: no such file\n", "");
    Finding finding = MpiLibraries.check(broken).getFirst();
    assertEquals(Level.FAILURE, finding.level());
    assertTrue(finding.text().contains("libdep.so: no such file"), finding.text());
    GivenMachine deadly = new GivenMachine().command(LIST, 139, "", "");
    assertTrue(MpiLibraries.check(deadly).getFirst().text().contains("signal 11"));
  }

  @Test
  void javaBindingsAndMpjExpress() {
    GivenMachine machine =
        new GivenMachine()
            .command("Probe libraries openmpi", 0, "sheaf-probe:/lib/mpi.jar\t\n", "")
            .command(
                "Probe library openmpi /lib/mpi.jar",
                0,
                "sheaf-probe:Open MPI v4.1.4, /lib/libmpi_java.so.40, MPI_THREAD_MULTIPLE\n",
                "")
            .command("Probe libraries mpj", 0, "sheaf-probe:/lib/mpj.jar\t\n", "")
            .command("Probe library mpj /lib/mpj.jar", 0, "sheaf-probe:MPJ Express 0.44\n", "");
    assertEquals(
        List.of(
            "ok      Open MPI's mpi.jar: /lib/mpi.jar: Open MPI v4.1.4, /lib/libmpi_java.so.40,"
                + " MPI_THREAD_MULTIPLE",
            "ok      MPJ Express: /lib/mpj.jar: MPJ Express 0.44"),
        lines(MpiLibraries.checkOthers(machine)));
  }

  /// Nobody needs them who does not choose them.
  @Test
  void javaBindingsAndMpjExpressAreMissingOrBroken() {
    GivenMachine machine =
        new GivenMachine()
            .command("Probe libraries openmpi", 0, "", "")
            .command("Probe libraries mpj", 0, "sheaf-probe:/lib/mpj.jar\t\n", "")
            .command("Probe library mpj", 2, "", "sheaf-probe:/lib/mpj.jar: cannot be used\n");
    assertEquals(
        List.of(
            "warning Open MPI's mpi.jar: none: no --transport openmpi; build it (make mpi-jar), or"
                + " name it in SHEAF_MPI_JAR",
            "warning MPJ Express: /lib/mpj.jar: does not start: /lib/mpj.jar: cannot be used; name"
                + " another in SHEAF_MPJ_JAR, or see known-issues.md"),
        lines(MpiLibraries.checkOthers(machine)));
  }

  @Test
  void childrenAreNoRanks() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PMI_RANK", "1");
    environment.put("PMIX_NAMESPACE", "x");
    environment.put("OMPI_COMM_WORLD_SIZE", "2");
    environment.put("SLURM_PROCID", "1");
    environment.put("OMPI_MCA_btl", "self");
    environment.put("PATH", "/bin");
    assertEquals(
        List.of("OMPI_COMM_WORLD_SIZE", "PMIX_NAMESPACE", "PMI_RANK", "SLURM_PROCID"),
        MpiLibraries.alone(environment).keySet().stream().sorted().toList());
  }

  @Test
  void makes() {
    assertEquals(
        Optional.of(new MpiLaunchers.Make("Open MPI 4.1.4", true)), MpiLaunchers.Make.of(OPEN_MPI));
    assertEquals(
        Optional.of(new MpiLaunchers.Make("Open MPI 6.0.0rc2", true)),
        MpiLaunchers.Make.of("mpirun (Open MPI) 6.0.0rc2\n\nReport bugs to https://"));
    assertEquals(
        Optional.of(new MpiLaunchers.Make("MPICH 4.0.2", false)), MpiLaunchers.Make.of(HYDRA));
    assertEquals(Optional.empty(), MpiLaunchers.Make.of("usage: mpirun"));
  }

  @Test
  void eachLauncherStartsTwoRanks() {
    GivenMachine machine =
        new GivenMachine()
            .file("/proc/self/status", "Uid:\t0\t0\t0\t0\n")
            .command("/bin/mpirun --version", 0, OPEN_MPI, "")
            .command(
                "/bin/mpirun --oversubscribe --bind-to none --allow-run-as-root -n 2 env java Probe"
                    + " world",
                0,
                "sheaf-probe:2 ranks: mpi (Open MPI v4.1.4)\n",
                "")
            .command("/bin/mpiexec.hydra --version", 0, HYDRA, "")
            .command(
                "/bin/mpiexec.hydra -n 2 env java Probe world",
                2,
                "",
                "sheaf-probe:2 processes were started, but each is alone\n");
    assertEquals(
        List.of(
            "ok      MPI launcher: /bin/mpirun, Open MPI 4.1.4: started 2 ranks: mpi (Open MPI"
                + " v4.1.4)",
            "failure MPI launcher: /bin/mpiexec.hydra, MPICH 4.0.2: two ranks do not meet: 2"
                + " processes were started, but each is alone; see known-issues.md for the text"),
        lines(MpiLaunchers.check(machine, true)));
    machine.ran.clear();
    assertEquals(Level.WARNING, MpiLaunchers.check(machine, false).getFirst().level());
    assertEquals(
        List.of("/bin/mpirun --version", "/bin/mpiexec.hydra --version"),
        machine.ran,
        "nothing to start");
  }

  @Test
  void aLibraryWithoutALauncher() {
    assertEquals(Level.WARNING, MpiLaunchers.check(new GivenMachine(), true).getFirst().level());
    assertEquals(List.of(), MpiLaunchers.check(new GivenMachine(), false));
  }
}
