package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.journal.Autopsy;
import java.io.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sheaf top`.
@Command(
    name = "top",
    description = {
      "Show what a run does now: how far it is, and each rank's host, rate and items in hand.",
      "On a terminal again and again, until the run ends or ^C; else once."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sheaf.Version.class,
    showDefaultValues = true)
final class TopCommand implements Callable<Integer> {
  /// To the upper left; and, behind the lines, what is below them is erased.
  private static final String HOME = "\033[H";

  private static final String ERASE_LINE = "\033[K";
  private static final String ERASE_BELOW = "\033[J";

  private static final double LONGEST = 3600;

  @Parameters(paramLabel = "DIR", description = "The directory of the run: its --out.")
  private Path directory;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "Between two looks.")
  private double interval;

  @Override
  public Integer call() throws InterruptedException {
    if (!(interval >= 0.1 && interval <= LONGEST)) {
      throw new InputException("--interval %s: must be seconds, 0.1 to 3600".formatted(interval));
    }
    boolean terminal = terminal();
    while (true) {
      Autopsy run = Autopsy.of(directory);
      List<String> lines = run.now(System.currentTimeMillis());
      if (!terminal) {
        lines.forEach(System.out::println);
        return 0;
      }
      System.out.print(
          HOME + String.join(ERASE_LINE + "\n", lines) + ERASE_LINE + "\n" + ERASE_BELOW);
      System.out.flush();
      if (!run.running()) {
        return 0;
      }
      Thread.sleep(Duration.ofNanos((long) (interval * 1e9)));
    }
  }

  /// Whether standard input and output are.
  @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again
  private static boolean terminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
