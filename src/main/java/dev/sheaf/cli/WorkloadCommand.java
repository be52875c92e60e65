package dev.sheaf.cli;

import dev.sheaf.map.Schedule;
import dev.sheaf.process.ShellWords;
import dev.sheaf.workload.JobOptions;
import dev.sheaf.workload.TimeLimit;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// A subcommand that runs a workload, with the options that all workloads share.
@Command(
    mixinStandardHelpOptions = true,
    versionProvider = Sheaf.Version.class,
    sortOptions = false,
    showDefaultValues = true)
abstract class WorkloadCommand implements Callable<Integer> {
  /// A year.
  private static final int MAX_SECONDS = 365 * 86_400;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--ranks",
      order = 100,
      paramLabel = "N",
      description = "Embedded ranks; the cores, if not given. Under mpirun or srun: theirs.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Integer ranks;

  @Option(
      names = "--threads",
      order = 101,
      paramLabel = "T",
      description = "Threads of each rank; its share of the node's cores, if not given.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Integer threads;

  @Option(
      names = "--transport",
      order = 102,
      paramLabel = "NAME",
      description =
          "What carries messages: local, mpi, openmpi or mpj; by the launcher, if not given.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String transport;

  @Option(
      names = "--mpi-jar",
      order = 102,
      paramLabel = "FILE",
      description = "Open MPI's mpi.jar, for --transport openmpi; found, if not given.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Path mpiJar;

  @Option(
      names = "--schedule",
      order = 103,
      paramLabel = "NAME",
      defaultValue = "block",
      description = "Who works on what: block, cyclic, dynamic or guided.")
  private Schedule schedule;

  @Option(
      names = "--chunk",
      order = 104,
      paramLabel = "K",
      defaultValue = "1",
      description = "Items handed out at a time (cyclic, dynamic; least of guided).")
  private long chunk;

  @Option(
      names = "--seed",
      order = 105,
      paramLabel = "S",
      defaultValue = "0",
      description = "Key of all randomness.")
  private long seed;

  @Option(
      names = "--out",
      order = 106,
      paramLabel = "DIR",
      defaultValue = "out",
      description = "Directory for output files.")
  private Path out;

  @Option(
      names = "--on-error",
      order = 107,
      paramLabel = "WHAT",
      defaultValue = "stop",
      description = "After an item has failed: stop or continue with the others.")
  private OnError onError;

  @Option(
      names = "--retries",
      order = 108,
      paramLabel = "N",
      defaultValue = "0",
      description = "Further attempts at an item that failed, after 0.1 s, 0.2 s, 0.4 s …")
  private int retries;

  @Option(
      names = "--timeout",
      order = 108,
      paramLabel = "SECONDS",
      description = {
        "An item that takes longer has failed: it is given up, and its rank goes on with the next.",
        "Its thread is left alone until it ends by itself."
      },
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Double timeout;

  @Option(
      names = "--json",
      order = 109,
      paramLabel = "FILE",
      description = "Write the report as JSON.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Path json;

  @Option(
      names = "--walltime",
      order = 110,
      paramLabel = "TIME",
      description = {
        "End in good order within this time, seconds or as 1:30:00, with exit status 75: hand out no",
        "item that would not be done. Under SLURM the job's time limit, if not given; 0: none."
      },
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String walltime;

  @Option(
      names = "--stall",
      order = 110,
      paramLabel = "SECONDS",
      defaultValue = "" + JobOptions.STALL,
      description = {
        "When ranks have waited so long, tell which rank is absent; end the job if a rank has given no",
        "sign of life for so long; 0: never."
      })
  private long stall;

  @Option(names = "--stall-abort", order = 111, description = "End the job for an absent rank too.")
  private boolean stallAbort;

  @Option(names = "--quiet", order = 112, description = "Print results and errors only.")
  private boolean quiet;

  @Option(names = "--verbose", order = 113, description = "Print the partition too.")
  private boolean verbose;

  @CommandLine.Mixin private RunWords run;

  /// What to do after an item has failed.
  private enum OnError {
    STOP,
    CONTINUE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The work that the words ask for.
  ///
  /// @throws dev.sheaf.InputException if they can't be right
  abstract Workload workload(long seed);

  @Override
  public Integer call() {
    if (mpiJar != null) {
      System.setProperty("sheaf.mpi.jar", mpiJar.toString());
    }
    JobOptions options = options();
    return Main.launch(workload(options), options, transport, ranks == null ? 0 : ranks);
  }

  /// Throws what [#call] would tell of the words when a launcher has started the ranks.
  void check() {
    if (ranks != null) {
      throw new dev.sheaf.InputException(
          "--ranks is for embedded ranks; a job's are its tasks (--ntasks, --ntasks-per-node)");
    }
    workload(options());
  }

  /// The work, when a mistake in the options has been told, and if it can be done as they ask.
  private Workload workload(JobOptions options) {
    Workload workload = workload(seed);
    if (options.run().part() != null) {
      workload.checkPart();
      if (!workload.writes() && !options.run().given()) {
        throw new dev.sheaf.InputException("--part: needs an --out, which the other parts share");
      }
    }
    return workload;
  }

  private JobOptions options() {
    checkCount("--ranks", ranks);
    checkCount("--threads", threads);
    String command =
        "sheaf " + ShellWords.line(spec.commandLine().getParent().getParseResult().originalArgs());
    return new JobOptions(
        command,
        schedule,
        chunk,
        threads == null ? 0 : threads,
        onError == OnError.STOP,
        retries,
        duration("--timeout", timeout),
        seed,
        out,
        json,
        walltime == null ? null : TimeLimit.walltime(walltime),
        stall,
        stallAbort,
        quiet,
        verbose,
        run.options(spec));
  }

  /// Of an option that may be left out.
  static void checkCount(String option, Integer count) {
    if (count != null && count < 1) {
      throw new dev.sheaf.InputException(option + " " + count + ": must be at least 1");
    }
  }

  private static Duration duration(String option, Double seconds) {
    if (seconds == null) {
      return Duration.ZERO;
    }
    if (!(seconds >= 0.001 && seconds <= MAX_SECONDS)) {
      throw new dev.sheaf.InputException(
          "%s %s: must be seconds, 0.001 to %d".formatted(option, seconds, MAX_SECONDS));
    }
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }
}
