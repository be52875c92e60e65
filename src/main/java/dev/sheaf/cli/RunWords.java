package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.journal.Durability;
import dev.sheaf.journal.Part;
import dev.sheaf.journal.RunOptions;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;

/// The options about the run's directory.
final class RunWords {
  /// Options of all workloads have this order or a higher one, as have those of one alone that tell
  /// how the work is done, not what it is. That all of them do but for the seed.
  private static final int SHARED = 100;

  @Option(
      names = "--resume",
      order = 114,
      description = "Go on with the run in --out: do what is missing or has failed.")
  private boolean resume;

  @Option(
      names = "--restart",
      order = 115,
      description = "Begin anew, though the run in --out was not finished.")
  private boolean restart;

  @Option(
      names = "--force",
      order = 116,
      description = "Resume in spite of another program, other words or changed inputs.")
  private boolean force;

  @Option(
      names = "--durability",
      order = 117,
      paramLabel = "WHEN",
      defaultValue = "batch",
      description = {
        "When results are flushed to disk, for crashes of whole machines: none, batch (every 5 s)",
        "or item (each before it counts)."
      })
  private Durability durability;

  @Option(
      names = "--poison",
      order = 118,
      paramLabel = "N",
      defaultValue = "" + RunOptions.POISON,
      description = "Set an item aside when its rank has died with it in hand N times; 0: never.")
  private int poison;

  @Option(
      names = "--part",
      order = 119,
      paramLabel = "K/N",
      description = {
        "Do this block of the items, 0/N to N-1/N, in a run that others do the rest of: the tasks of a job",
        "array. When all have ended, --resume gathers."
      })
  private String part;

  /// What was given, in this command.
  RunOptions options(CommandSpec command) {
    if (restart && part != null) {
      throw new InputException("--restart and --part: give one of them; parts go on");
    }
    if (resume && restart) {
      throw new InputException("--resume and --restart: give one of them");
    }
    RunOptions.Start start =
        resume
            ? RunOptions.Start.RESUME
            : restart ? RunOptions.Start.RESTART : RunOptions.Start.NEW;
    CommandLine line = command.commandLine();
    return new RunOptions(
        command.root().commandLine().getParseResult().originalArgs(),
        work(command),
        line.getParseResult().hasMatchedOption("--out"),
        start,
        force,
        durability,
        poison,
        part == null ? null : Part.parse(part));
  }

  /// What is to be done, with what was not given: the same list for the same work.
  private static List<String> work(CommandSpec command) {
    List<String> work = new ArrayList<>(List.of(command.qualifiedName().split(" ")));
    for (OptionSpec option : command.options()) {
      boolean what = option.order() < SHARED && !option.usageHelp() && !option.versionHelp();
      if (what || option.longestName().equals("--seed")) {
        add(option.longestName() + "=", option, work);
      }
    }
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      add("", parameter, work);
    }
    return work;
  }

  private static void add(String name, ArgSpec argument, List<String> work) {
    List<String> values = argument.stringValues();
    if (!values.isEmpty()) {
      if (!argument.typeInfo().isMultiValue()) {
        values = List.of(values.getLast()); // a resume's takes the place of the run's
      }
      work.add(name + String.join(" ", values));
    } else if (argument.defaultValue() != null) {
      work.add(name + argument.defaultValue());
    }
  }
}
