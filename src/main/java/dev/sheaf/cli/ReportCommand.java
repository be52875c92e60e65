package dev.sheaf.cli;

import dev.sheaf.page.RunPage;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `sheaf report`.
@Command(
    name = "report",
    description = {
      "Write report.html into a run's directory, as a run does at its end: one page that opens from disk,",
      "with a timeline of the ranks, the times of items, failures and plots. For a run that was killed or",
      "is at work."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sheaf.Version.class)
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The directory of the run: its --out.")
  private Path directory;

  @Override
  public Integer call() {
    System.out.println(RunPage.write(directory));
    return 0;
  }
}
