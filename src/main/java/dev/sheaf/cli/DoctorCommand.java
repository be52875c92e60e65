package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.comm.Transport;
import dev.sheaf.doctor.Doctor;
import dev.sheaf.transport.Transports;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sheaf doctor`.
@Command(
    name = "doctor",
    description = {
      "Tell what this machine can run, and the cure for what it can't.",
      "Under mpirun or srun: all hosts, and the links between them."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sheaf.Version.class,
    sortOptions = false,
    showDefaultValues = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:no failure", "1:a failure", "2:usage or input"})
final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out",
      description = "Directory for output files, which all ranks must share.")
  private Path out;

  @Option(
      names = "--hostfile",
      paramLabel = "FILE",
      description = "Ask the hosts of this file too, over ssh; without a launcher.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Path hostfile;

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      description = "What carries messages; by the launcher, if not given.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String transport;

  @Override
  public Integer call() {
    Map<String, String> environment = System.getenv();
    Transport found = Transports.find(transport, environment);
    if (found.name().equals(Transports.LOCAL)) {
      return Doctor.machine(out, hostfile);
    }
    if (hostfile != null) {
      throw new InputException("--hostfile: run it without a launcher, which tells its own hosts");
    }
    try {
      return found.run(0, world -> Doctor.ranks(world, out));
    } catch (InputException e) { // no MPI library, the wrong launcher
      return Doctor.broken(e.getMessage());
    }
  }
}
