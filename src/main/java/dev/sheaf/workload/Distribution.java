package dev.sheaf.workload;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.comm.Op;
import dev.sheaf.reduce.BinCounts;
import dev.sheaf.reduce.QuantileSketch;
import java.nio.DoubleBuffer;
import java.util.Arrays;

/// How values are distributed: what quantiles and a histogram need, each if it is wanted. Of some
/// values, or of a thread's or rank's; the parts add up in any order.
final class Distribution {
  private final QuantileSketch sketch;
  private final BinCounts bins;

  /// No values yet.
  ///
  /// @param quantiles whether quantiles are wanted
  /// @param range of a histogram; `null` for none
  Distribution(boolean quantiles, BinRange range) {
    sketch = quantiles ? new QuantileSketch() : null;
    bins = range == null ? null : new BinCounts(range.low(), range.high(), range.bins());
  }

  QuantileSketch sketch() {
    return sketch;
  }

  BinCounts bins() {
    return bins;
  }

  /// Adds the first `count` values.
  void add(DoubleBuffer values, int count) {
    if (sketch != null) {
      for (int i = 0; i < count; i++) {
        sketch.add(values.get(i));
      }
    }
    if (bins != null) {
      for (int i = 0; i < count; i++) {
        bins.add(values.get(i));
      }
    }
  }

  void add(Distribution other) {
    if (sketch != null) {
      sketch.add(other.sketch);
    }
    if (bins != null) {
      add(other.bins.counts());
    }
  }

  private void add(long[] more) {
    long[] counts = bins.counts();
    Arrays.setAll(counts, i -> counts[i] + more[i]);
  }

  /// Appends it for [#add(Decoder)].
  void write(Encoder out) {
    if (sketch != null) {
      Sketches.CODEC.write(sketch.toLongs(), out);
    }
    if (bins != null) {
      PackedLongs.CODEC.write(bins.counts(), out);
    }
  }

  /// Adds what [#write] appended.
  void add(Decoder in) {
    if (sketch != null) {
      sketch.add(Sketches.CODEC.read(in));
    }
    if (bins != null) {
      add(PackedLongs.CODEC.read(in));
    }
  }

  /// Forgets all values, to become another part of the whole.
  void clear(Distribution whole) {
    if (sketch != null) {
      sketch.clear(whole.sketch);
    }
    if (bins != null) {
      Arrays.fill(bins.counts(), 0);
    }
  }

  /// Adds all ranks' up on rank 0. Collective.
  void reduce(Communicator comm) {
    if (sketch != null) {
      Sketches.reduce(comm, sketch);
    }
    if (bins != null) {
      Buffer counts = Buffer.of(bins.counts());
      comm.reduce(counts, counts, Op.SUM, 0);
    }
  }
}
