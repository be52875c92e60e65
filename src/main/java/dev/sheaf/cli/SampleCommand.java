package dev.sheaf.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/// `sheaf sample KIND`.
@Command(
    name = "sample",
    description = "Make sample input.",
    mixinStandardHelpOptions = true,
    versionProvider = Sheaf.Version.class,
    synopsisSubcommandLabel = "KIND",
    subcommands = {SampleImagesCommand.class, SampleIrisCommand.class, SampleTaxiCommand.class})
final class SampleCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "sample what? images, iris or taxi");
  }
}
