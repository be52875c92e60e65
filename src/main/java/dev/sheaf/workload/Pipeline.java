package dev.sheaf.workload;

import dev.sheaf.image.ColourCounts;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The tutorial's mock analysis: for each image, the sum of sin(pixel) over all pixels and
/// channels. `pipeline.csv` has a line an image.
///
/// A pixel has one of 256 values, so the sum is that of 256 sines, each times how often its value
/// occurs; in that order, the same on every machine.
public final class Pipeline implements Workload {
  /// Not `Math.sin`, whose last bit may depend on the machine.
  private static final double[] SINES = new double[ColourCounts.VALUES];

  static {
    Arrays.setAll(SINES, StrictMath::sin);
  }

  private final ImageTable table;

  /// Images to analyse.
  ///
  /// @param what a directory, glob, list or file; see [dev.sheaf.files.InputFiles#find]
  /// @param perChannel a sum for each of red, green and blue, not one for all
  /// @param maxPixels larger images are refused
  public Pipeline(String what, boolean perChannel, long maxPixels) {
    table =
        perChannel
            ? new ImageTable(
                name(),
                what,
                " --per-channel",
                maxPixels,
                List.of("red", "green", "blue"),
                Pipeline::perChannel)
            : new ImageTable(name(), what, "", maxPixels, List.of("sum"), Pipeline::ofAll);
  }

  @Override
  public String name() {
    return "pipeline";
  }

  @Override
  public Summary run(Job job) throws Exception {
    return table.run(job, (directory, rows) -> Map.of());
  }

  private static ImageTable.Measure perChannel() {
    ColourCounts counts = new ColourCounts();
    return (size, rgb) -> {
      counts.count(size, rgb);
      double[] sums = new double[ColourCounts.CHANNELS];
      for (int channel = 0; channel < sums.length; channel++) {
        for (int value = 0; value < SINES.length; value++) {
          sums[channel] += counts.of(channel, value) * SINES[value];
        }
      }
      return sums;
    };
  }

  private static ImageTable.Measure ofAll() {
    ColourCounts counts = new ColourCounts();
    return (size, rgb) -> {
      counts.count(size, rgb);
      double sum = 0;
      for (int value = 0; value < SINES.length; value++) {
        long all = counts.of(0, value) + counts.of(1, value) + counts.of(2, value);
        sum += all * SINES[value];
      }
      return new double[] {sum};
    };
  }
}
