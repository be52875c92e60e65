package dev.sheaf.workload;

import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.array.OutputFile;
import dev.sheaf.image.ColourCounts;
import dev.sheaf.plot.Bins;
import dev.sheaf.plot.Histogram;
import dev.sheaf.report.Count;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The median brightness of each image in each colour channel: `brightness.csv` has a line an
/// image, `brightness.npy` the same numbers, float64 (n, 3), NaN for an image that failed;
/// `brightness.png` and `brightness.svg` are the histogram of the medians over all images.
public final class Brightness implements Workload {
  private static final List<String> COLOURS = List.of("red", "green", "blue");
  private static final int MOST_BINS = 64;

  private final ImageTable table;

  /// Images to look at.
  ///
  /// @param what a directory, glob, list or file; see [dev.sheaf.files.InputFiles#find]
  /// @param maxPixels larger images are refused
  public Brightness(String what, long maxPixels) {
    table = new ImageTable(name(), what, "", maxPixels, COLOURS, Brightness::medians);
  }

  @Override
  public String name() {
    return "brightness";
  }

  @Override
  public Summary run(Job job) throws Exception {
    return table.run(job, Brightness::write);
  }

  private static ImageTable.Measure medians() {
    ColourCounts counts = new ColourCounts();
    return (size, rgb) -> {
      counts.count(size, rgb);
      return new double[] {counts.median(0), counts.median(1), counts.median(2)};
    };
  }

  private static Map<String, Object> write(Path directory, List<double[]> rows) {
    Histogram histogram = histogram(rows.stream().filter(Objects::nonNull).toList());
    Path array = directory.resolve("brightness.npy");
    OutputFile.write(array, array(rows));
    return Map.of(
        "array", array.toString(), "histogram", Plots.write(directory, "brightness", histogram));
  }

  private static Histogram histogram(List<double[]> rows) {
    DoubleSummaryStatistics all = rows.stream().flatMapToDouble(Arrays::stream).summaryStatistics();
    Bins bins = Bins.aroundIntegers(all.getMin(), all.getMax(), MOST_BINS);
    List<Histogram.Series> series = new ArrayList<>();
    for (int channel = 0; channel < COLOURS.size(); channel++) {
      int column = channel;
      double[] medians = rows.stream().mapToDouble(row -> row[column]).toArray();
      series.add(new Histogram.Series(COLOURS.get(channel), bins.counts(medians)));
    }
    return new Histogram(
        "Median brightness of " + Count.of(rows.size(), "image"),
        "median of a colour channel [0 black to 255 full]",
        bins.width() == 1 ? "images" : "images per %.0f values".formatted(bins.width()),
        bins,
        series,
        false);
  }

  private static byte[] array(List<double[]> rows) {
    NpyHeader header = NpyHeader.of(DType.FLOAT64, rows.size(), ColourCounts.CHANNELS);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(header.dataOffset() + header.dataBytes()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header.bytes());
    for (double[] row : rows) {
      for (int channel = 0; channel < ColourCounts.CHANNELS; channel++) {
        bytes.putDouble(row == null ? Double.NaN : row[channel]);
      }
    }
    return bytes.array();
  }
}
