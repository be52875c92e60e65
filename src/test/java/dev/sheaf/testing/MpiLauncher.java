package dev.sheaf.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs commands on several ranks under an MPI's launcher.
public enum MpiLauncher {
  /// Open MPI's `mpirun`: unbound, as a JVM would see one core of the machine; yielding, as there
  /// may be fewer cores than ranks; quiet about ranks that fail on purpose.
  OPEN_MPI(
      "mpirun.openmpi",
      "openmpi-bin",
      "libmpi.so.40",
      "--mca",
      "orte_execute_quiet",
      "1",
      "--allow-run-as-root",
      "--oversubscribe",
      "--bind-to",
      "none",
      "--mca",
      "mpi_yield_when_idle",
      "1"),
  /// MPICH's `mpiexec`.
  MPICH("mpiexec.hydra", "mpich", "libmpich.so.12");

  private final String command;
  private final String debianPackage;
  private final String library;
  private final List<String> options;

  MpiLauncher(String command, String debianPackage, String library, String... options) {
    this.command = command;
    this.debianPackage = debianPackage;
    this.library = library;
    this.options = List.of(options);
  }

  /// Skips the test if it is not there.
  ///
  /// @return where it is
  public Path need() {
    return Needs.command(command, debianPackage);
  }

  /// Skips the test if Open MPI's Java bindings are not there.
  public static void needJavaBindings() {
    Needs.that(Files.exists(Path.of("target/mpi.jar")), "needs target/mpi.jar (make mpi-jar)");
  }

  /// The file name of its MPI library.
  public String library() {
    return library;
  }

  /// How a run ended.
  ///
  /// @param status the launcher's exit status
  /// @param out standard output of all ranks
  /// @param err standard error of all ranks and the launcher
  public record Ended(int status, String out, String err) {
    /// Everything, for messages.
    @Override
    public String toString() {
      return "status " + status + "\n--- out\n" + out + "--- err\n" + err;
    }
  }

  /// A run under way.
  public static final class Run {
    private final Process process;
    private final Path out;
    private final Path err;

    private Run(Process process, Path out, Path err) {
      this.process = process;
      this.out = out;
      this.err = err;
    }

    /// What the ranks have printed so far.
    public String out() {
      return read(out);
    }

    /// The launcher's process.
    public ProcessHandle launcher() {
      return process.toHandle();
    }

    /// Waits for the end.
    public Ended await(Duration limit) {
      try {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroy(); // launchers pass SIGTERM on
          if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
          }
          throw new AssertionError("no end after " + limit + ":\n" + read(out) + read(err));
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return new Ended(process.exitValue(), read(out), read(err));
    }
  }

  /// Starts a command on so many ranks.
  public Run start(int ranks, Map<String, String> environment, List<String> command) {
    List<String> words = new ArrayList<>();
    words.add(need().toString());
    words.addAll(options);
    words.add("-n");
    words.add(Integer.toString(ranks));
    words.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment);
    return start(builder);
  }

  /// Starts a command, whatever it is.
  static Run start(ProcessBuilder builder) {
    try {
      Path out = Files.createTempFile(Path.of("target"), "run", ".out");
      Path err = Files.createTempFile(Path.of("target"), "run", ".err");
      out.toFile().deleteOnExit();
      err.toFile().deleteOnExit();
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      return new Run(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The command that runs a class of this build. Not `java` itself: Open MPI's `mpirun` rewrites
  /// the words of a program of that name.
  public static List<String> java(Class<?> main, String... args) {
    List<String> words = new ArrayList<>();
    words.add("env");
    words.addAll(Jvm.command(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), main, args));
    return words;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
