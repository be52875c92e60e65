package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.array.OutputFile;
import dev.sheaf.cli.ScaleRow.Way;
import dev.sheaf.plot.Scaling;
import dev.sheaf.process.ShellWords;
import dev.sheaf.report.Count;
import dev.sheaf.transport.Transports;
import dev.sheaf.workload.Plots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sheaf scale`: strong and weak scaling of any workload.
@Command(
    name = "scale",
    description = {
      "Run a command on several numbers of ranks, check that all outputs are the same bytes, and tell how",
      "it scales: speed-up, efficiency, Karp-Flatt's serial fraction, the laws of Amdahl and Gunther;",
      "with --weak, where the work grows with the ranks, that of Gustafson.",
      "Each run is a process of its own; times count from when its ranks have met. scale.csv, .png, .svg."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sheaf.Version.class,
    customSynopsis =
        "sheaf scale COMMAND [WORDS...] [--ranks 1,2,4] [--weak] [--repeat N] [--predict N] [--compare serial,threads,ranks] [--launcher WORDS] [--out DIR] [--quiet]",
    sortOptions = false,
    showDefaultValues = true)
final class ScaleCommand implements Callable<Integer> {
  private static final int MOST_RANKS = 1 << 20;

  /// What this command gives its runs.
  private static final List<String> OURS =
      List.of("--transport", "--mpi-jar", "--json", "--resume", "--restart", "--part");

  @Option(
      names = "--ranks",
      paramLabel = "LIST",
      split = ",",
      description = "Rank counts, 1 first; 1, 2, 4 … up to the cores, if not given.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private List<Integer> ranks = List.of();

  @Option(
      names = "--weak",
      description = {
        "Weak scaling: in WORDS {ranks}, {4*ranks} or {4*ranks-1} stands for a number, so that the work",
        "grows with the ranks, as in pi --seeds '1..{4*ranks}'. The work of each rank count is done by",
        "one rank too, once: its bytes are compared, and its time gives the speed-up."
      })
  private boolean weak;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "3",
      description = "Runs of each, in turns; their median counts.")
  private int repeat;

  @Option(
      names = "--predict",
      paramLabel = "N",
      description = "Extrapolate by the laws to so many ranks.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Integer predict;

  @Option(
      names = "--compare",
      paramLabel = "WAYS",
      split = ",",
      description = {
        "Compare instead: serial (1 rank of 1 thread), threads (1 rank of N threads) and ranks (N ranks of",
        "1 thread); N is the largest of --ranks, or the cores."
      },
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private List<Kind> compare = List.of();

  @Option(
      names = "--launcher",
      paramLabel = "WORDS",
      description = {
        "What starts ranks as processes, with {} for their number, as 'run/mpirun -n {}' or",
        "'srun -n {} run/sheaf'. Embedded ranks, if not given."
      },
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String launcher;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out",
      description = "Directory for the table and the plot.")
  private Path out;

  @Option(names = "--quiet", description = "Print the table and errors only.")
  private boolean quiet;

  @Parameters(
      index = "0",
      paramLabel = "COMMAND",
      description = "A command that runs on ranks, with all its words.")
  private String command;

  @Parameters(index = "1..*", paramLabel = "WORDS", hidden = true)
  private List<String> options = List.of();

  private final List<String> words = new ArrayList<>();

  /// How a program is made parallel.
  private enum Kind {
    SERIAL,
    THREADS,
    RANKS
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    words.add(command);
    words.addAll(options);
    int stated = threads();
    check(stated);
    List<Way> ways = compare.isEmpty() ? counts(Math.max(1, stated)) : kinds();
    for (Way way : ways) {
      if (!Sheaf.check(words(way))) {
        throw new InputException(command + ": is not a workload");
      }
    }
    double[][] seconds = new double[ways.size()][repeat];
    double[] serial = new double[ways.size()];
    String doing = "";
    try (ScaleRuns runs = new ScaleRuns(launcherWords(), out)) {
      for (int turn = 0; turn < repeat; turn++) {
        for (int i = 0; i < ways.size(); i++) {
          Way way = ways.get(i);
          int threads = stated > 0 ? 0 : way.threads();
          if (weak && turn == 0 && i > 0) {
            doing = "work of %s on 1".formatted(Count.of(way.ranks(), "rank"));
            serial[i] = runs.run(words(way), 1, threads);
            progress(doing, serial[i]);
          }
          doing = "run %d of %s".formatted(turn + 1, way);
          seconds[i][turn] = runs.run(words(way), way.ranks(), threads);
          progress(doing, seconds[i][turn]);
        }
      }
      System.out.println("sheaf " + ShellWords.line(words));
      for (Way way : weak ? ways : ways.subList(0, 1)) {
        String whose = weak ? "work of %s: ".formatted(Count.of(way.ranks(), "rank")) : "";
        System.out.println(whose + runs.same(words(way)));
      }
    } catch (ScaleRuns.Failed e) {
      System.err.printf("sheaf scale: %s: %s%n", doing, e.getMessage());
      return e.status;
    }
    double one = ScaleRow.median(seconds[0]);
    List<ScaleRow> rows = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      rows.add(ScaleRow.of(ways.get(i), seconds[i], weak && i > 0 ? serial[i] : one));
    }
    tell(rows);
    return 0;
  }

  private List<String> words(Way way) {
    return weak ? new GrowingWords(words).of(way.ranks()) : words;
  }

  private void progress(String done, double seconds) {
    if (!quiet) {
      System.err.printf(Locale.ROOT, "%s: %.3f s%n", done, seconds);
    }
  }

  private void tell(List<ScaleRow> rows) {
    int cores = launcher == null ? Runtime.getRuntime().availableProcessors() : Integer.MAX_VALUE;
    if (!compare.isEmpty()) {
      new Comparison(rows, cores).lines().forEach(System.out::println);
      return;
    }
    ScaleTable table = weak ? new WeakScaling(rows, cores) : new StrongScaling(rows, cores);
    int predicted = predict == null ? 0 : predict;
    table.lines(predicted).forEach(System.out::println);
    OutputFile.write(out.resolve("scale.csv"), table.csv().getBytes(StandardCharsets.UTF_8));
    Scaling plot = table.plot("sheaf " + ShellWords.line(words), predicted);
    System.out.printf(
        "%s, %s%n", out.resolve("scale.csv"), String.join(", ", Plots.write(out, "scale", plot)));
  }

  /// Throws what is wrong with the words, but for those of the command.
  ///
  /// @param threads that the command's words give
  private void check(int threads) {
    if (!Transports.find(null, System.getenv()).name().equals(Transports.LOCAL)) {
      throw new InputException("start it without a launcher; --launcher 'run/mpirun -n {}'");
    }
    if (launcher != null && !launcher.contains("{}")) {
      throw new InputException("--launcher: {} must stand for the number of ranks");
    }
    if (repeat < 1) {
      throw new InputException("--repeat " + repeat + ": must be at least 1");
    }
    if (predict != null && (predict < 1 || predict > MOST_RANKS)) {
      throw new InputException("--predict %d: must be 1 to %d".formatted(predict, MOST_RANKS));
    }
    for (int i = 0; i < ranks.size(); i++) {
      if (ranks.get(i) < 1 || ranks.get(i) > MOST_RANKS) {
        throw new InputException("--ranks %d: must be 1 to %d".formatted(ranks.get(i), MOST_RANKS));
      }
      if (compare.isEmpty() && (i == 0 ? ranks.get(i) != 1 : ranks.get(i) <= ranks.get(i - 1))) {
        throw new InputException(
            "--ranks: counts must ascend from 1, which the others are compared with");
      }
    }
    if (weak && !new GrowingWords(words).grow()) {
      throw new InputException(
          "--weak: the work must grow with the ranks: write a number of %s as {ranks}, {4*ranks} or {4*ranks-1}"
              .formatted(command));
    }
    if (!compare.isEmpty() && (threads > 0 || predict != null || launcher != null || weak)) {
      throw new InputException(
          "--compare: gives ranks and threads itself; leave out --threads, --predict, --launcher, --weak");
    }
  }

  /// The threads that the command's words give to each rank; 0 if they don't.
  private int threads() {
    int threads = 0;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
      if (OURS.contains(name)) {
        throw new InputException(name + ": not for the runs of scale");
      }
      if (name.equals("--threads")) {
        String value = name.equals(word) ? next(words, i) : word.substring(name.length() + 1);
        threads = value.matches("[1-9]\\d{0,6}") ? Integer.parseInt(value) : 0;
      }
    }
    return threads;
  }

  private static String next(List<String> words, int i) {
    return i + 1 < words.size() ? words.get(i + 1) : "";
  }

  private List<String> launcherWords() {
    return launcher == null ? List.of() : List.of(launcher.strip().split("\\s+"));
  }

  private List<Way> counts(int threads) {
    List<Integer> counts = new ArrayList<>(ranks);
    int cores = Runtime.getRuntime().availableProcessors();
    for (int count = 1; ranks.isEmpty() && count < 2 * cores; count *= 2) {
      counts.add(Math.min(count, cores));
    }
    return counts.stream().map(count -> new Way("", count, Math.max(1, threads))).toList();
  }

  private List<Way> kinds() {
    int cores = Runtime.getRuntime().availableProcessors();
    int most = ranks.stream().mapToInt(Integer::intValue).max().orElse(cores);
    return compare.stream()
        .map(kind ->
            switch (kind) {
              case SERIAL -> new Way("serial", 1, 1);
              case THREADS -> new Way("threads", 1, most);
              case RANKS -> new Way("ranks", most, 1);
            })
        .toList();
  }
}
