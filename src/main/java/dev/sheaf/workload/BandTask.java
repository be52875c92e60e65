package dev.sheaf.workload;

import dev.sheaf.image.Convolution;
import dev.sheaf.image.Convolver;
import dev.sheaf.map.ItemTask;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Computes bands of a convolution and writes them into their places in the output. One a thread.
final class BandTask implements ItemTask<Void> {
  /// Where the rows of the image are.
  @FunctionalInterface
  interface Rows {
    /// The rows from `first` to before `end`, as doubles; valid until the next call.
    MemorySegment of(long first, long end) throws IOException;
  }

  private final Bands bands;
  private final Rows rows;
  private final SharedOutput output;
  private final Convolver convolver;
  private final MemorySegment out;

  /// For one thread.
  ///
  /// @param output takes the bands, or `null`: they are computed only
  BandTask(Bands bands, double[][] filters, Rows rows, SharedOutput output) {
    this.bands = bands;
    this.rows = rows;
    this.output = output;
    convolver = new Convolver(bands.shape(), filters);
    long most = Math.min(bands.group(), Convolver.FILTERS);
    out =
        Arena.ofAuto()
            .allocate(most * bands.height() * bands.shape().outWidth() * Double.BYTES, 64);
  }

  @Override
  public Void apply(long band) throws IOException {
    Convolution shape = bands.shape();
    long from = bands.firstRow(band);
    int count = (int) (bands.endRow(band) - from);
    MemorySegment image = rows.of(shape.firstNeeded(from), shape.endNeeded(from + count));
    long bytes = count * shape.outWidth() * Double.BYTES;
    int end = bands.endFilter(band);
    for (int filter = bands.firstFilter(band); filter < end; filter += Convolver.FILTERS) {
      int some = Math.min(Convolver.FILTERS, end - filter);
      convolver.convolve(image, from, count, filter, some, out);
      for (int i = 0; output != null && i < some; i++) {
        long place = ((filter + i) * shape.outHeight() + from) * shape.outWidth() * Double.BYTES;
        output.write(out.asSlice(i * bytes, bytes), place);
      }
    }
    return null;
  }
}
