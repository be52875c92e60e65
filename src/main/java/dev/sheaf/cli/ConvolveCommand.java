package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.image.Convolution;
import dev.sheaf.workload.Convolve;
import dev.sheaf.workload.FilterSource;
import dev.sheaf.workload.ImageSource;
import dev.sheaf.workload.Reading;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sheaf convolve`.
@Command(
    name = "convolve",
    description = {
      "2-D convolution of an image with filters, every stride-th row and column of it, with the",
      "bits of scipy.signal.convolve2d(image, filter, mode)[::stride, ::stride];",
      "out/convolved.npy, float64 (filters, rows, columns)."
    })
final class ConvolveCommand extends WorkloadCommand {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})x(\\d{1,9})");

  @Parameters(
      paramLabel = "IMAGE",
      arity = "0..1",
      description = {
        "An array of two dimensions (.npy) of any numbers, or a picture; its colours become grey",
        "as by Pillow's convert(\"L\")."
      })
  private Path file;

  @Option(
      names = "--zeros",
      paramLabel = "RxC",
      description = "Instead of a file: zeros, so many rows and columns.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String zeros;

  @Option(
      names = "--random",
      paramLabel = "RxC",
      description = "Instead of a file: standard normal numbers, by --seed.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String random;

  @Option(
      names = "--filters",
      paramLabel = "RxC|FILE.npy",
      required = true,
      description = {
        "Standard normal numbers by --seed, so many rows and columns; or those of a file,",
        "float64, (filters, rows, columns)."
      },
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String filters;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "How many random filters; 1, if not given.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private Integer count;

  @Option(
      names = "--mode",
      paramLabel = "NAME",
      defaultValue = "full",
      description = {
        "full: wherever image and filter overlap; same: the middle of it, as large as the image;",
        "valid: where the whole filter lies on the image."
      })
  private Convolution.Mode mode;

  @Option(
      names = "--stride",
      paramLabel = "S",
      defaultValue = "1",
      description = "Keep every S-th row and column; no others are computed.")
  private int stride;

  @Option(
      names = "--split",
      paramLabel = "WHAT",
      defaultValue = "filters",
      description = {
        "filters: each node holds the image, groups of filters and bands of the output are",
        "shared out; image: each rank has rows of it, for an image larger than memory."
      })
  private Convolve.Split split;

  @Option(
      names = "--source",
      paramLabel = "WHO",
      defaultValue = "file",
      description = {
        "With --split image: file: each rank reads its own rows; scatter: rank 0 reads and",
        "scatters them, for a file that the other ranks don't see. Pictures are scattered."
      })
  private Reading source;

  @Option(
      names = "--iterations",
      paramLabel = "K",
      defaultValue = "1",
      description = "Compute it so often, for timing; the output is the same.")
  private int iterations;

  @Override
  Workload workload(long seed) {
    if (split == Convolve.Split.FILTERS && source == Reading.SCATTER) {
      throw new InputException("--source scatter: for --split image");
    }
    return new Convolve(image(), filterSource(), mode, stride, split, source, iterations);
  }

  private ImageSource image() {
    boolean named = file != null && !file.toString().isEmpty();
    if ((named ? 1 : 0) + (zeros == null ? 0 : 1) + (random == null ? 0 : 1) != 1) {
      throw new InputException("which image? Give one of IMAGE, --zeros RxC and --random RxC");
    }
    if (named) {
      return new ImageSource.File(file);
    }
    long[] size = zeros == null ? size("--random", random) : size("--zeros", zeros);
    return zeros == null
        ? new ImageSource.Random(size[0], size[1])
        : new ImageSource.Zeros(size[0], size[1]);
  }

  private FilterSource filterSource() {
    if (!SIZE.matcher(filters).matches()) {
      if (count != null) {
        throw new InputException(
            "--count %d: for random filters; --filters %s has its own number"
                .formatted(count, filters));
      }
      return new FilterSource.File(Path.of(filters));
    }
    long[] size = size("--filters", filters);
    return new FilterSource.Random(count == null ? 1 : count, size[0], size[1]);
  }

  /// Reads `ROWSxCOLUMNS`.
  private static long[] size(String option, String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches() || Long.parseLong(size.group(1)) * Long.parseLong(size.group(2)) == 0) {
      throw new InputException(option + " " + text + ": not ROWSxCOLUMNS, such as 3000x3000");
    }
    return new long[] {Long.parseLong(size.group(1)), Long.parseLong(size.group(2))};
  }
}
