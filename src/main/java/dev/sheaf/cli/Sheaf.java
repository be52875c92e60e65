package dev.sheaf.cli;

import dev.sheaf.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The top-level command with its subcommands.
@Command(
    name = "sheaf",
    description = {
      "Data parallelism for Java, from a laptop to a cluster, over MPI.",
      "The same words run on embedded ranks, under mpirun and under srun."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sheaf.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:done",
      "1:items failed",
      "2:usage or input",
      "3:a rank or the transport failed",
      "75:ended early, by its time limit or a signal"
    })
final class Sheaf implements Runnable {
  /// In the order in which `--help` lists them. Each is named as its class, without `Command`.
  private static final List<Class<?>> COMMANDS =
      List.of(
          LoadCommand.class,
          PipelineCommand.class,
          BrightnessCommand.class,
          FlipCommand.class,
          NoiseCommand.class,
          BatchesCommand.class,
          ConvolveCommand.class,
          PiCommand.class,
          StatsCommand.class,
          MatMulCommand.class,
          DivideCommand.class,
          TipsCommand.class,
          HistCommand.class,
          DescribeCommand.class,
          ForestCommand.class,
          PredictCommand.class,
          JobsCommand.class,
          MapCommand.class,
          SampleCommand.class,
          HelloCommand.class,
          TopCommand.class,
          AutopsyCommand.class,
          ReportCommand.class,
          ResumeCommand.class,
          ScaleCommand.class,
          SubmitCommand.class,
          DoctorCommand.class,
          CompletionCommand.class);

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  static int execute(String... args) {
    return line(List.of(args)).execute(args);
  }

  /// Executes a command line in which later words take the place of earlier ones.
  static int executeChanged(List<String> words) {
    return line(words).setOverwrittenOptionsAllowed(true).execute(words.toArray(String[]::new));
  }

  /// The parser of these words. If they begin with a command, it knows that one alone: to look at
  /// the options of all takes a tenth of a second.
  static CommandLine line(List<String> words) {
    CommandLine line = new CommandLine(new Sheaf());
    String first = words.isEmpty() ? "" : words.getFirst();
    List<Class<?>> named =
        COMMANDS.stream().filter(command -> name(command).equals(first)).toList();
    for (Class<?> command : named.isEmpty() ? COMMANDS : named) {
      line.addSubcommand(command);
    }
    if (named.isEmpty()) {
      ProgramCommand.addAll(line);
    }
    line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Sheaf::usage)
        .setExecutionExceptionHandler(Sheaf::failure);
    switch (first) {
      case "submit" -> line.getSubcommands().get(first).setStopAtPositional(true);
      case "resume", "scale" ->
          line.getSubcommands().get(first).setUnmatchedOptionsArePositionalParams(true);
      default -> {}
    }
    return line;
  }

  private static String name(Class<?> command) {
    String name = command.getSimpleName();
    return name.substring(0, name.length() - "Command".length()).toLowerCase(Locale.ROOT);
  }

  /// Checks the words of a command that will run later.
  ///
  /// @return whether it runs a workload
  /// @throws ParameterException or [InputException], if it would tell a mistake in the words
  static boolean check(List<String> words) {
    CommandLine.ParseResult result = line(words).parseArgs(words.toArray(String[]::new));
    while (result.hasSubcommand()) {
      result = result.subcommand();
    }
    CommandLine.Model.CommandSpec command = result.commandSpec();
    if (!command.subcommands().isEmpty()
        || command.userObject() instanceof SubmitCommand
        || command.userObject() instanceof ScaleCommand) {
      throw new ParameterException(command.commandLine(), "is not what a job can run");
    }
    if (!(command.userObject() instanceof WorkloadCommand workload)) {
      return false;
    }
    if (!result.isUsageHelpRequested()) {
      workload.check();
    }
    return true;
  }

  private static int usage(ParameterException e, String[] args) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    StringBuilder message = new StringBuilder(e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> words = unmatched.getUnmatched();
      if (words.size() > 1 && words.stream().allMatch(word -> Files.exists(Path.of(word)))) {
        message.setLength(0);
        message.append(words.size()).append(" files too many, from '").append(words.getFirst());
        message.append("' on: a pattern needs quotes, or the shell makes many words of it");
      }
      var suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        message.append("; did you mean ").append(String.join(" or ", suggestions)).append('?');
      }
    }
    return Main.misused(command, message + " (see " + command + " --help)");
  }

  private static int failure(Exception e, CommandLine command, CommandLine.ParseResult words)
      throws Exception {
    if (e instanceof InputException) {
      return Main.misused(command.getCommandSpec().qualifiedName(), e.getMessage());
    }
    throw e;
  }

  /// The version from the jar's manifest.
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Sheaf.class.getPackage().getImplementationVersion();
      return new String[] {"sheaf " + (version == null ? "(not packaged)" : version)};
    }
  }
}
