package dev.sheaf.transport.mpi;

import dev.sheaf.InputException;
import dev.sheaf.foreign.NativeLibrary;
import dev.sheaf.transport.common.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the MPI library of the launcher that started us, and prepares its environment.
final class Libraries {
  /// Environment variable that names the library to load.
  static final String OVERRIDE = "SHEAF_MPI_LIB";

  /// Open MPI's name for its library since 1.7; not `libmpi.so`, which is there only with the
  /// development package and may be any MPI's.
  private static final String[] OPEN_MPI = {"libmpi.so.40"};

  /// MPICH in Debian; MPICH elsewhere, Intel MPI, MVAPICH, Cray MPICH.
  private static final String[] MPICH = {"libmpich.so.12", "libmpi.so.12"};

  private static final String[] STANDARD = {"libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi_abi.so"};

  private Libraries() {}

  /// Opens the library.
  ///
  /// @throws InputException if there is none
  // Opened for all: Open MPI's plug-ins take its symbols from the global scope.
  static NativeLibrary open(Launch launch, Map<String, String> environment) {
    boolean pmi = launch.launcher() == Launch.Launcher.PMI;
    prepare(launch, pmi);
    String wanted = System.getProperty("sheaf.mpi.lib", environment.get(OVERRIDE));
    if (wanted != null) {
      NativeLibrary library = NativeLibrary.openGlobal(wanted);
      if (library == null) {
        throw new InputException(OVERRIDE + "=" + wanted + ": " + NativeLibrary.error());
      }
      return library;
    }
    for (String[] family :
        pmi
            ? new String[][] {MPICH, STANDARD, OPEN_MPI}
            : new String[][] {OPEN_MPI, STANDARD, MPICH}) {
      for (String name : family) {
        NativeLibrary library = NativeLibrary.openGlobal(name);
        if (library != null) {
          return library;
        }
      }
    }
    throw new InputException(
        "no MPI library found (libmpi.so.40, libmpich.so.12, libmpi_abi.so); install one (Debian: "
            + (pmi ? "mpich" : "openmpi-bin")
            + ") or name it in "
            + OVERRIDE);
  }

  /// The libraries that this machine has, the one of `SHEAF_MPI_LIB` or the first of each family:
  /// for each why it cannot be opened, or an empty string.
  static Map<String, String> found(Map<String, String> environment) {
    String wanted = environment.get(OVERRIDE);
    String[][] families =
        wanted == null ? new String[][] {OPEN_MPI, MPICH, STANDARD} : new String[][] {{wanted}};
    Map<String, String> found = new LinkedHashMap<>();
    for (String[] family : families) {
      for (String name : family) {
        String error = NativeLibrary.open(name) == null ? NativeLibrary.error() : "";
        if (error.isEmpty()) {
          found.put(name, "");
          break;
        }
        if (wanted != null || !error.startsWith(name + ": ") || !error.contains("No such file")) {
          found.put(name, error);
        }
      }
    }
    return found;
  }

  /// Whether Open MPI ranks that `srun --mpi=pmi2` has started can't find each other: its 4.x has a
  /// plug-in for each of SLURM's protocols that it was built with. `false` if that can't be seen.
  static boolean lacksPmi2(Launch launch, Map<String, String> environment) {
    if (launch.launcher() != Launch.Launcher.PMI
        || !environment.containsKey("SLURM_STEP_NUM_TASKS")
        || environment.containsKey("MPI_LOCALNRANKS")) {
      return false;
    }
    try (var maps = Files.lines(Path.of("/proc/self/maps"))) {
      Optional<Path> library =
          maps.filter(line -> line.contains("/libmpi.so."))
              .map(line -> Path.of(line.substring(line.indexOf('/'))))
              .findFirst();
      if (library.isEmpty()) {
        return false;
      }
      List<String> plugins = new ArrayList<>();
      try (var directories = Files.newDirectoryStream(library.get().getParent(), "openmpi*")) {
        for (Path directory : directories) {
          try (var files = Files.walk(directory, 3)) {
            files
                .map(file -> file.getFileName().toString())
                .filter(name -> name.matches("mca_pmix_\\w+\\.so"))
                .forEach(plugins::add);
          }
        }
      }
      return !plugins.isEmpty()
          && plugins.stream().noneMatch(name -> name.matches("mca_pmix_(s1|s2|cray)\\.so"));
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  /// What must be in the environment before the library is loaded. UCX's TCP transport sometimes
  /// fails to connect ranks of one host in MPICH; there shared memory is all that is needed.
  private static void prepare(Launch launch, boolean pmi) {
    if (pmi && launch.oneNode()) {
      NativeLibrary.setDefault("UCX_TLS", "sm,self");
    }
  }
}
