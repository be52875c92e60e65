package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.workload.Stats;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sheaf stats`.
@Command(
    name = "stats",
    description = {
      "Mean, standard deviation (ddof=0), extremes and counts of an array of any size.",
      "NaNs are counted and left out, as by numpy.nanmean and numpy.nanstd."
    })
final class StatsCommand extends WorkloadCommand {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,18})(?:x(\\d{1,18}))*");

  @Parameters(
      paramLabel = "FILE.npy",
      arity = "0..1",
      description = "An array of floats or integers of any size.")
  private Path file;

  @Option(
      names = "--normal",
      paramLabel = "SHAPE",
      description = "Instead of a file: standard normal numbers, such as 40000x5000, by --seed.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String normal;

  @Option(
      names = "--source",
      paramLabel = "WHO",
      defaultValue = "file",
      description = {
        "file: each rank reads its own chunks; scatter: rank 0 reads and scatters them, for a",
        "file that the other ranks don't see."
      })
  private Stats.Source source;

  @Override
  Workload workload(long seed) {
    if (normal != null) {
      if (file != null) {
        throw new InputException(file + " and --normal: give one of them");
      }
      if (source == Stats.Source.SCATTER) {
        throw new InputException(
            "--source scatter: for a file; --normal numbers are made where needed");
      }
      return Stats.ofNormal(count(normal));
    }
    if (file == null || file.toString().isEmpty()) {
      throw new InputException("which array? Give FILE.npy or --normal SHAPE");
    }
    return Stats.of(file, source);
  }

  private static long count(String shape) {
    Matcher matcher = SHAPE.matcher(shape);
    if (!matcher.matches()) {
      throw new InputException("--normal " + shape + ": not a shape such as 40000x5000");
    }
    long count = 1;
    try {
      for (String length : shape.split("x", -1)) {
        count = Math.multiplyExact(count, Long.parseLong(length));
      }
      Math.multiplyExact(count, Double.BYTES);
    } catch (ArithmeticException e) {
      throw new InputException("--normal " + shape + ": more than 2^63 bytes", e);
    }
    return count;
  }
}
