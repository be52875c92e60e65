package dev.sheaf.cli;

import dev.sheaf.journal.Autopsy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sheaf autopsy`.
@Command(
    name = "autopsy",
    description = {
      "Tell what has become of a run's items, also of one that was killed or is at work.",
      "The items that are still to do go to standard output, a line each; the report to standard error."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sheaf.Version.class,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:everything is done, or --lost",
      "1:items failed or are to do",
      "2:usage or input"
    })
final class AutopsyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The directory of the run: its --out.")
  private Path directory;

  @Option(
      names = "--lost",
      description =
          "Tell only, on standard error, what ranks had in hand that have not come to their end.")
  private boolean lost;

  @Override
  public Integer call() {
    Autopsy autopsy = Autopsy.of(directory);
    if (lost) {
      autopsy.lost().forEach(line -> System.err.println("sheaf: " + line));
      return 0;
    }
    autopsy.report().forEach(System.err::println);
    List<String> open = autopsy.open();
    open.forEach(System.out::println);
    return open.isEmpty() ? 0 : 1;
  }
}
