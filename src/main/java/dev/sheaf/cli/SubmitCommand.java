package dev.sheaf.cli;

import dev.sheaf.InputException;
import java.io.IOException;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
        "sheaf submit [SBATCH OPTIONS] [--mpi TYPE] [--submit] [--] COMMAND [WORDS...]",
    sortOptions = false)
@SuppressWarnings("UnusedVariable") // sbatch's options are copied from what was parsed
final class SubmitCommand implements Callable<Integer> {
  /// The options that are not for sbatch.
  private static final Set<String> OURS = Set.of("--mpi", "--submit", "--help", "--version");

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

  @Option(names = "--submit", description = "Submit the script by sbatch; print the job's id.")
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
    boolean threaded = Sheaf.check(words);
    List<String> command = new ArrayList<>(words);
    boolean given = words.stream().anyMatch(word -> word.matches("--threads(=.*)?"));
    if (threaded && cpusPerTask != null && !given) {
      command.add("--threads");
      command.add(cpusPerTask);
    }
    String script = script(command);
    if (submit) {
      System.out.println(sbatch(script));
    } else {
      System.out.print(script);
    }
    return 0;
  }

  /// The batch script of the installation, with this job's options and words.
  private String script(List<String> command) {
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
    script.addAll(sbatchLines());
    script.add("");
    // After the place that names what the job needs comes the one that names what it runs.
    for (String line : lines.subList(lines.indexOf("") + 1, lines.size())) {
      if (line.startsWith("set -- ")) {
        script.add("set -- " + quoted(command));
      } else if (line.startsWith("mpi=")) {
        script.add("mpi=" + mpi);
      } else if (line.startsWith("home=")) {
        script.add("home=" + quoted(List.of(home().toString())));
      } else if (!line.startsWith("# >>>") && !line.startsWith("#SBATCH")) {
        script.add(line);
      }
    }
    return String.join("\n", script).replaceAll("\n\n\n+", "\n\n") + "\n";
  }

  private String originalWords() {
    List<String> all = spec.commandLine().getParent().getParseResult().originalArgs();
    return quoted(all.subList(1, all.size())).replaceAll("\\R", " ");
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

  /// Words as a shell reads them.
  private static String quoted(List<String> words) {
    return words.stream()
        .map(word -> PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }

  /// Submits a script.
  ///
  /// @return the job's id
  private static String sbatch(String script) {
    try {
      Path file = Files.writeString(Files.createTempFile("sheaf", ".sbatch"), script);
      Process sbatch;
      try {
        sbatch = new ProcessBuilder("sbatch", "--parsable").redirectInput(file.toFile()).start();
      } catch (IOException e) {
        throw new InputException(
            "--submit: no sbatch on the path; without --submit the script is printed", e);
      }
      String answer = new String(sbatch.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String error = new String(sbatch.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean refused = sbatch.waitFor() != 0;
      Files.delete(file);
      if (refused) {
        throw new InputException(String.join("; ", error.strip().split("\\R")));
      }
      return answer.strip().replaceFirst(";.*", ""); // a cluster's name may follow
    } catch (IOException | InterruptedException e) {
      throw new InputException("--submit: " + e.getMessage(), e);
    }
  }
}
