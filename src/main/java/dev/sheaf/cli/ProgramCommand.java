package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.Program;
import dev.sheaf.workload.OwnProgram;
import dev.sheaf.workload.Workload;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.PicocliException;

/// A subcommand of the user's: a [Program] on the class path, with options of its own by picocli's
/// annotations.
final class ProgramCommand extends WorkloadCommand {
  private final Program program;
  private final String name;

  private ProgramCommand(Program program, String name) {
    this.program = program;
    this.name = name;
  }

  /// Adds the programs that `META-INF/services/dev.sheaf.Program` names.
  ///
  /// @throws InputException if one of them is no command
  static void addAll(CommandLine sheaf) {
    try {
      for (Program program : ServiceLoader.load(Program.class)) {
        add(program, sheaf);
      }
    } catch (ServiceConfigurationError e) {
      throw new InputException("a program on the class path: " + e.getMessage(), e);
    }
  }

  private static void add(Program program, CommandLine sheaf) {
    String type = program.getClass().getName();
    try {
      CommandSpec own = CommandSpec.forAnnotatedObject(program);
      if (own.name().equals(CommandSpec.create().name())) {
        throw new InputException(type + ": give it a name by picocli's @Command(name = …)");
      }
      if (sheaf.getSubcommands().containsKey(own.name())) {
        throw new InputException(type + ": there is a command " + own.name() + " already");
      }
      CommandSpec command = CommandSpec.forAnnotatedObject(new ProgramCommand(program, own.name()));
      command.addMixin("program", own);
      sheaf.addSubcommand(own.name(), command);
    } catch (PicocliException e) { // such as an option that all commands have
      throw new InputException(type + ": " + e.getMessage(), e);
    }
  }

  @Override
  Workload workload(long seed) {
    return new OwnProgram(name, program, List.of());
  }
}
