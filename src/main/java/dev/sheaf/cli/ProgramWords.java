package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.Program;
import dev.sheaf.journal.RunOptions;
import dev.sheaf.map.Schedule;
import dev.sheaf.workload.JobOptions;
import dev.sheaf.workload.OwnProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Unmatched;

/// The words that a program of the user's was given: those for the ranks are taken, the rest is the
/// program's.
@Command(name = "sheaf")
public final class ProgramWords {
  private static final String END = "--";

  @Option(names = "--ranks")
  private Integer ranks;

  @Option(names = "--threads")
  private Integer threads;

  @Option(names = "--transport")
  private String transport;

  @Option(names = "--schedule", defaultValue = "block")
  private Schedule schedule;

  @Option(names = "--chunk", defaultValue = "1")
  private long chunk;

  @Option(names = "--seed", defaultValue = "0")
  private long seed;

  @Option(names = "--stall", defaultValue = "" + JobOptions.STALL)
  private long stall;

  @Unmatched private final List<String> rest = new ArrayList<>();

  private ProgramWords() {}

  /// Starts the ranks that the words ask for.
  ///
  /// @return the exit status
  public static int run(String[] args, Program program) {
    List<String> all = List.of(args);
    int end = all.contains(END) ? all.indexOf(END) : all.size();
    ProgramWords words = new ProgramWords();
    try {
      new CommandLine(words)
          .setCaseInsensitiveEnumValuesAllowed(true)
          .setExpandAtFiles(false)
          .parseArgs(Arrays.copyOf(args, end));
      words.rest.addAll(all.subList(Math.min(end + 1, all.size()), all.size()));
      return words.launch(String.join(" ", args), program);
    } catch (ParameterException | InputException e) {
      return Main.misused("sheaf", e.getMessage());
    }
  }

  private int launch(String command, Program program) {
    WorkloadCommand.checkCount("--ranks", ranks);
    WorkloadCommand.checkCount("--threads", threads);
    JobOptions options =
        new JobOptions(
            command,
            schedule,
            chunk,
            threads == null ? 0 : threads,
            false,
            0,
            Duration.ZERO,
            seed,
            Path.of("."),
            null,
            null,
            stall,
            false,
            true,
            false,
            RunOptions.defaults(command));
    return Main.launch(
        new OwnProgram("program", program, rest), options, transport, ranks == null ? 0 : ranks);
  }
}
