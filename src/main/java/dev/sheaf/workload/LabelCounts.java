package dev.sheaf.workload;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.comm.Op;
import dev.sheaf.reduce.BinCounts;
import java.util.Arrays;

/// The counts of a thread or rank in the bins of each label, and those of all ranks after
/// [#reduce]. Whole numbers: who adds what in which order changes nothing.
final class LabelCounts {
  private final double[] range;
  private final int bins;

  /// Of each label the bins, and how many values are below and above them.
  private final long[] counts;

  private final int stride;

  LabelCounts(int labels, double[] range, int bins) {
    this.range = range;
    this.bins = bins;
    stride = bins + 2;
    counts = new long[Math.multiplyExact(labels, stride)];
  }

  /// Bins without values, for an item.
  BinCounts empty() {
    return new BinCounts(range[0], range[1], bins);
  }

  /// Where the bins begin.
  double low() {
    return range[0];
  }

  double[] edges() {
    return empty().edges();
  }

  /// The same labels and bins, without counts.
  LabelCounts like() {
    return new LabelCounts(counts.length / stride, range, bins);
  }

  /// Adds the counts of an item. For one thread.
  ///
  /// @param each of its bins
  /// @param below its values below the bins
  /// @param above its values above the bins
  void add(int label, long[] each, long below, long above) {
    for (int bin = 0; bin < bins; bin++) {
      counts[label * stride + bin] += each[bin];
    }
    counts[label * stride + bins] += below;
    counts[label * stride + bins + 1] += above;
  }

  /// Adds these counts to those of the rank, and begins anew.
  ///
  /// @param kept takes them too; or `null`
  void settle(LabelCounts rank, Encoder kept) {
    if (kept != null) {
      PackedLongs.CODEC.write(counts, kept);
    }
    rank.add(counts);
    Arrays.fill(counts, 0);
  }

  /// Adds what [#settle] has kept.
  void restore(Decoder kept) {
    add(PackedLongs.CODEC.read(kept));
  }

  private synchronized void add(long[] more) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += more[i];
    }
  }

  /// Adds up all ranks' counts on rank 0. Collective.
  void reduce(Communicator comm) {
    Buffer mine = Buffer.of(counts);
    comm.reduce(mine, mine, Op.SUM, 0);
  }

  long[] counts(int label) {
    return Arrays.copyOfRange(counts, label * stride, label * stride + bins);
  }

  long inside(int label) {
    return Arrays.stream(counts(label)).sum();
  }

  long below(int label) {
    return counts[label * stride + bins];
  }

  long above(int label) {
    return counts[label * stride + bins + 1];
  }
}
