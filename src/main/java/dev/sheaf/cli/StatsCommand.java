package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.reduce.BlockMoments;
import dev.sheaf.workload.ArraySource;
import dev.sheaf.workload.BinRange;
import dev.sheaf.workload.Reading;
import dev.sheaf.workload.Stats;
import dev.sheaf.workload.Workload;
import java.util.Arrays;
import java.util.List;
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
  private static final Pattern RANGE = Pattern.compile("([^:]+):([^:]+)");

  @Parameters(
      paramLabel = "FILE.npy",
      arity = "0..*",
      description = {
        "An array of floats or integers of any size; several are joined along their first axis.",
        "Also FILE.npz:NAME, or FILE.npz if it has one array only; or the directory of a Zarr array,",
        "version 3 or 2."
      },
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private List<String> files = List.of();

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
  private Reading source;

  @Option(
      names = "--slice",
      paramLabel = "INDICES",
      description = {
        "The part to look at, as NumPy's basic slicing has it: 0:50,200 or ...,::-2. Only the",
        "bytes that it needs are read."
      },
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String slice;

  @Option(
      names = "--axis",
      paramLabel = "A",
      description = {
        "The same along an axis too, as NumPy counts them; out/axis-A-mean.npy, -std, -min, -max,",
        "-count and -nan, and out/axis-A.csv up to 100,000 lines."
      },
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Integer axis;

  @Option(
      names = "--quantiles",
      paramLabel = "Q",
      split = ",",
      description = "Quantiles too, such as 0.25,0.5,0.75, in the same pass; tells their error.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private double[] quantiles = {};

  @Option(
      names = "--bins",
      paramLabel = "N",
      description = "A histogram too, of N bins; out/histogram.csv, .png and .svg.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Integer bins;

  @Option(
      names = "--range",
      paramLabel = "LOW:HIGH",
      description = "Of the histogram; all values, if not given, which takes a second pass.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String range;

  @Override
  public Integer call() {
    BlockMoments.prepare();
    return super.call();
  }

  @Override
  Workload workload(long seed) {
    if (bins == null && range != null) {
      throw new InputException("--range " + range + ": of a histogram; give --bins too");
    }
    if (bins != null && bins < 1) {
      throw new InputException("--bins " + bins + ": must be at least 1");
    }
    BinRange histogram = range == null ? null : range(range, bins);
    Stats.Wanted wanted =
        new Stats.Wanted(slice, axis, quantiles, bins == null ? 0 : bins, histogram);
    return new Stats(array(), wanted, source);
  }

  private ArraySource array() {
    if (normal != null) {
      if (!files.isEmpty()) {
        throw new InputException(files.getFirst() + " and --normal: give one of them");
      }
      if (source == Reading.SCATTER) {
        throw new InputException(
            "--source scatter: for a file; --normal numbers are made where needed");
      }
      return new ArraySource.Normal(shape(normal));
    }
    if (files.isEmpty() || files.contains("")) {
      throw new InputException("which array? Give FILE.npy or --normal SHAPE");
    }
    return new ArraySource.Files(files);
  }

  private static BinRange range(String text, int bins) {
    Matcher range = RANGE.matcher(text);
    try {
      if (range.matches()) {
        return new BinRange(
            Double.parseDouble(range.group(1)), Double.parseDouble(range.group(2)), bins);
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    throw new InputException("--range " + text + ": not LOW:HIGH, such as 0:1.5");
  }

  private static long[] shape(String shape) {
    Matcher matcher = SHAPE.matcher(shape);
    if (!matcher.matches()) {
      throw new InputException("--normal " + shape + ": not a shape such as 40000x5000");
    }
    long[] lengths = Arrays.stream(shape.split("x", -1)).mapToLong(Long::parseLong).toArray();
    try {
      long bytes = Double.BYTES;
      for (long length : lengths) {
        bytes = Math.multiplyExact(bytes, length);
      }
    } catch (ArithmeticException e) {
      throw new InputException("--normal " + shape + ": more than 2^63 bytes", e);
    }
    return lengths;
  }
}
