package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.process.ShellWords;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sheaf submit`: fills in `run/slurm.sbatch` or `run/slurm-mpirun.sbatch`.
@Command(
    name = "submit",
    description = {
      "Print the SLURM batch script that runs a command; with --submit, submit it.",
      "The command's words are checked now. For what else a job needs, edit the script:",
      "sheaf submit -N 2 -c 4 -t 10 -- load DIR > job; sbatch job."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sheaf.Version.class,
    customSynopsis =
        "sheaf submit [SBATCH OPTIONS] [--mpi TYPE] [--array N[%%K]] [--requeue N] [--relaunch N] [--submit] [--] COMMAND [WORDS...]",
    sortOptions = false)
@SuppressWarnings("UnusedVariable") // sbatch's options are copied from what was parsed
final class SubmitCommand implements Callable<Integer> {
  /// The options that are not for sbatch.
  private static final Set<String> OURS =
      Set.of("--mpi", "--array", "--requeue", "--relaunch", "--submit", "--help", "--version");

  private static final Pattern ARRAY = Pattern.compile("([1-9]\\d{0,8})(%[1-9]\\d{0,8})?");
  private static final Pattern MAX_ARRAY = Pattern.compile("MaxArraySize\\s*=\\s*(\\d+)");

  private static final Pattern PLAIN = Pattern.compile("[\\w./:=,@%+-]+");

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = {"-N", "--nodes"},
      paramLabel = "N",
      description = "Nodes.")
  private String nodes;

  @Option(
      names = {"-n", "--ntasks"},
      paramLabel = "N",
      description = "Ranks.")
  private String ntasks;

  @Option(names = "--ntasks-per-node", paramLabel = "N", description = "Ranks on each node.")
  private String ntasksPerNode;

  @Option(
      names = {"-c", "--cpus-per-task"},
      paramLabel = "N",
      description = "Cores of each rank, and its --threads.")
  private String cpusPerTask;

  @Option(
      names = {"-t", "--time"},
      paramLabel = "TIME",
      description = "Limit: MINUTES, or as 1:30:00.")
  private String time;

  @Option(
      names = {"-p", "--partition"},
      paramLabel = "NAME",
      description = "Queue.")
  private String partition;

  @Option(names = "--mem", paramLabel = "SIZE", description = "Memory of each node, as 16G.")
  private String mem;

  @Option(
      names = {"-J", "--job-name"},
      paramLabel = "NAME",
      description = "sheaf-COMMAND, if not given.")
  private String jobName;

  @Option(
      names = {"-A", "--account"},
      paramLabel = "NAME",
      description = "Who is charged.")
  private String account;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "For what the ranks print; slurm-JOBID.out, if not given.")
  private String output;

  @Option(
      names = "--mpi",
      paramLabel = "TYPE",
      defaultValue = "pmix",
      description = {
        "What starts the ranks: srun, by pmix (Open MPI) or pmi2 (MPICH); or MPI's own mpirun.",
        "Default: ${DEFAULT-VALUE}"
      })
  private MpiType mpi;

  @Option(
      names = "--array",
      paramLabel = "N[%K]",
      description = {
        "A job array of N tasks, at most K of them at a time: each does a part of the items in a row.",
        "A further job gathers when they have ended."
      })
  private String array;

  @Option(
      names = "--requeue",
      paramLabel = "N",
      description = {
        "When the run has ended early (exit status 75), or a node is lost, start the job again, N times",
        "at most; it goes on where it was."
      })
  private int requeue;

  @Option(
      names = "--relaunch",
      paramLabel = "N",
      description = "When ranks were lost, start them again, N times at most; they go on.")
  private int relaunch;

  @Option(
      names = "--submit",
      description =
          "Submit the script by sbatch; print the job's id (of an array two: tasks, gathering).")
  private boolean submit;

  @Parameters(arity = "1..*", paramLabel = "WORDS", description = "The command, as without SLURM.")
  private List<String> words;

  /// What starts the ranks.
  private enum MpiType {
    PMIX,
    PMI2,
    MPIRUN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() {
    Matcher tasks = array == null ? null : tasks();
    boolean threaded = Sheaf.check(words);
    if (threaded && tasks != null) {
      List<String> part = new ArrayList<>(words);
      part.add("--part=0/" + tasks.group(1));
      Sheaf.check(part);
    }
    List<String> command = new ArrayList<>(words);
    boolean given = words.stream().anyMatch(word -> word.matches("--threads(=.*)?"));
    if (threaded && cpusPerTask != null && !given) {
      command.add("--threads");
      command.add(cpusPerTask);
    }
    checkTimes("--requeue", requeue);
    checkTimes("--relaunch", relaunch);
    String script = script(command, tasks);
    if (!submit) {
      System.out.print(script);
    } else if (tasks == null) {
      System.out.println(sbatch(script));
    } else {
      String id = sbatch(script, range(tasks));
      System.out.println(id);
      System.out.println(sbatch(script, "--dependency=afterany:" + id));
    }
    return 0;
  }

  private static void checkTimes(String option, int times) {
    if (times < 0) {
      throw new InputException(option + " " + times + ": must not be negative");
    }
  }

  /// The words of `--array`, if this cluster takes so many.
  private Matcher tasks() {
    Matcher tasks = ARRAY.matcher(array);
    if (!tasks.matches()) {
      throw new InputException(
          "--array " + array + ": must be a number of tasks, as 100 or 100%10");
    }
    Matcher most = MAX_ARRAY.matcher(config());
    if (most.find() && Long.parseLong(tasks.group(1)) > Long.parseLong(most.group(1))) {
      throw new InputException(
          "--array %s: SLURM takes at most %s tasks here (MaxArraySize); give fewer, each does more items"
              .formatted(array, most.group(1)));
    }
    return tasks;
  }

  private static String range(Matcher tasks) {
    return "--array=0-%d%s"
        .formatted(
            Long.parseLong(tasks.group(1)) - 1, tasks.group(2) == null ? "" : tasks.group(2));
  }

  /// What SLURM tells of itself; nothing where it is not.
  private static String config() {
    try {
      Process scontrol =
          new ProcessBuilder("scontrol", "show", "config")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new String(scontrol.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /// The batch script of the installation, with this job's options and words.
  ///
  /// @param tasks of an array, or `null`
  private String script(List<String> command, Matcher tasks) {
    Path run = home().resolve("run");
    Path file = run.resolve(mpi == MpiType.MPIRUN ? "slurm-mpirun.sbatch" : "slurm.sbatch");
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new InputException(file + ": can't be read; it belongs to sheaf.jar", e);
    }
    List<String> script = new ArrayList<>();
    script.add(lines.getFirst());
    script.add("# Made by: sheaf submit " + originalWords());
    if (tasks != null) {
      script.add(
          "# Submit it twice: id=$(sbatch --parsable %s JOB); sbatch --dependency=afterany:$id JOB"
              .formatted(range(tasks)));
    }
    script.addAll(sbatchLines());
    if (requeue > 0) {
      script.add("#SBATCH --requeue");
      script.add(
          "#SBATCH --open-mode=append"); // else a start would take away what earlier ones told
    }
    script.add("");
    // After the place that names what the job needs comes the one that names what it runs.
    for (String line : lines.subList(lines.indexOf("") + 1, lines.size())) {
      if (line.startsWith("set -- ")) {
        script.add("set -- " + ShellWords.line(command));
      } else if (line.startsWith("mpi=")) {
        script.add("mpi=" + mpi);
      } else if (line.startsWith("requeue=")) {
        script.add("requeue=" + requeue);
      } else if (line.startsWith("relaunch=")) {
        script.add("relaunch=" + relaunch);
      } else if (line.startsWith("parts=")) {
        script.add("parts=" + (tasks == null ? "" : tasks.group(1)));
      } else if (line.startsWith("home=")) {
        script.add("home=" + ShellWords.quote(home().toString()));
      } else if (!line.startsWith("# >>>") && !line.startsWith("#SBATCH")) {
        script.add(line);
      }
    }
    return String.join("\n", script).replaceAll("\n\n\n+", "\n\n") + "\n";
  }

  private String originalWords() {
    List<String> all = spec.commandLine().getParent().getParseResult().originalArgs();
    return ShellWords.line(all.subList(1, all.size())).replaceAll("\\R", " ");
  }

  private List<String> sbatchLines() {
    List<String> lines = new ArrayList<>();
    if (jobName == null) {
      lines.add("#SBATCH --job-name=sheaf-" + words.getFirst());
    }
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (!OURS.contains(option.longestName())) {
        String value = option.getValue();
        if (!PLAIN.matcher(value).matches()) {
          throw new InputException(
              "%s '%s': blanks and such are not for a line of a batch script"
                  .formatted(option.longestName(), value));
        }
        lines.add("#SBATCH " + option.longestName() + "=" + value);
      }
    }
    return lines;
  }

  /// The directory that holds `run/`: two above the jar, in `lib/` or `target/`, or the classes.
  private static Path home() {
    try {
      // A class of the AOT cache has none, where the jar has another path than when it was made.
      URL place = SubmitCommand.class.getProtectionDomain().getCodeSource().getLocation();
      Path jar =
          place == null
              ? Path.of(System.getProperty("java.class.path")).toAbsolutePath()
              : Path.of(place.toURI());
      return jar.getParent().getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Submits a script.
  ///
  /// @return the job's id
  private static String sbatch(String script, String... options) {
    List<String> words = new ArrayList<>(List.of("sbatch", "--parsable"));
    words.addAll(List.of(options));
    Process sbatch;
    try {
      sbatch = new ProcessBuilder(words).start();
    } catch (IOException e) {
      throw new InputException(
          "--submit: no sbatch on the path; without --submit the script is printed", e);
    }
    try {
      try (OutputStream in = sbatch.getOutputStream()) {
        in.write(script.getBytes(StandardCharsets.UTF_8));
      } catch (IOException _) {
        // It has ended before it read all, and tells why.
      }
      String answer = new String(sbatch.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String error = new String(sbatch.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean refused = sbatch.waitFor() != 0;
      if (refused) {
        throw new InputException(String.join("; ", error.strip().split("\\R")));
      }
      return answer.strip().replaceFirst(";.*", ""); // a cluster's name may follow
    } catch (IOException | InterruptedException e) {
      throw new InputException("--submit: " + e.getMessage(), e);
    }
  }
}
