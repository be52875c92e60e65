package dev.sheaf.workload;

import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.array.OutputFile;
import dev.sheaf.image.ColourCounts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The median brightness of each image in each colour channel: `brightness.csv` has a line an
/// image, `brightness.npy` the same numbers, float64 (n, 3), NaN for an image that failed.
public final class Brightness implements Workload {
  private final ImageTable table;

  /// Images to look at.
  ///
  /// @param what a directory, glob, list or file; see [dev.sheaf.image.ImageFiles#find]
  /// @param maxPixels larger images are refused
  public Brightness(String what, long maxPixels) {
    table =
        new ImageTable(
            name(), what, "", maxPixels, List.of("red", "green", "blue"), Brightness::medians);
  }

  @Override
  public String name() {
    return "brightness";
  }

  @Override
  public Summary run(Job job) throws Exception {
    return table.run(job, Brightness::writeArray);
  }

  private static ImageTable.Measure medians() {
    ColourCounts counts = new ColourCounts();
    return (size, rgb) -> {
      counts.count(size, rgb);
      return new double[] {counts.median(0), counts.median(1), counts.median(2)};
    };
  }

  private static Map<String, Object> writeArray(Path directory, List<double[]> rows) {
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
    Path file = directory.resolve("brightness.npy");
    OutputFile.write(file, bytes.array());
    return Map.of("array", file.toString());
  }
}
