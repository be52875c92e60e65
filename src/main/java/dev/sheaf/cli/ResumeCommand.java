package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.journal.RunFile;
import dev.sheaf.transport.Transports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `sheaf resume`.
@Command(
    name = "resume",
    description = {
      "Go on with a run that was killed, stopped, or had items that failed: do what is missing or has",
      "failed. On any number of ranks, by any schedule and transport."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sheaf.Version.class)
final class ResumeCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "DIR", description = "The run's directory (its --out).")
  private Path directory;

  @Parameters(
      index = "1..*",
      paramLabel = "OPTION",
      description = "Options of the run's command that take the place of those given then.")
  private List<String> options = List.of();

  @Override
  public Integer call() {
    RunFile run = RunFile.read(directory);
    if (run == null) {
      throw new InputException(directory + ": no run there (no " + RunFile.NAME + ")");
    }
    if (!run.directory().equals(System.getProperty("user.dir"))) {
      throw new InputException(
          "%s: the run was started in %s: go there and give `sheaf resume %s`"
              .formatted(directory, run.directory(), directory.toAbsolutePath().normalize()));
    }
    List<String> words = new ArrayList<>(here(run.words()));
    words.addAll(options);
    words.addAll(List.of("--resume", "--out", directory.toString()));
    return Sheaf.executeChanged(words);
  }

  /// Without what another launcher decides.
  private static List<String> here(List<String> words) {
    boolean launched = !Transports.find(null, System.getenv()).name().equals(Transports.LOCAL);
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
      boolean drop =
          switch (name) {
            case "--ranks" -> launched;
            case "--transport", "--mpi-jar", "--part" -> true;
            default -> false;
          };
      if (name.equals("--restart") || name.equals("--force")) {
        continue;
      }
      if (!drop) {
        kept.add(word);
      } else if (name.equals(word)) {
        i++; // its value
      }
    }
    return kept;
  }
}
