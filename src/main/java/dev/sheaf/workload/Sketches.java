package dev.sheaf.workload;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.reduce.QuantileSketch;
import java.util.Arrays;

/// Sketches of quantiles that come from all ranks.
final class Sketches {
  /// For [QuantileSketch#toLongs].
  static final Codec<long[]> CODEC =
      Codecs.of(
          (out, all) -> {
            for (int i = 0; i < QuantileSketch.HEAD; i++) {
              out.putLong(all[i]);
            }
            int middle = (QuantileSketch.HEAD + all.length) / 2;
            PackedLongs.CODEC.write(Arrays.copyOfRange(all, QuantileSketch.HEAD, middle), out);
            PackedLongs.CODEC.write(Arrays.copyOfRange(all, middle, all.length), out);
          },
          in -> {
            long[] head = new long[QuantileSketch.HEAD];
            Arrays.setAll(head, _ -> in.getLong());
            long[] buckets = PackedLongs.CODEC.read(in);
            long[] all = Arrays.copyOf(head, head.length + 2 * buckets.length);
            System.arraycopy(buckets, 0, all, head.length, buckets.length);
            long[] counts = PackedLongs.CODEC.read(in);
            System.arraycopy(counts, 0, all, head.length + buckets.length, counts.length);
            return all;
          });

  private static final long[] NOTHING = new QuantileSketch().toLongs();

  /// Ranks whose sketches rank 0 holds at once: 16 MiB of them.
  private static final int AT_ONCE = 16;

  private Sketches() {}

  /// Adds up the sketches of all ranks on rank 0. Collective; moves at most 1 MiB a rank.
  ///
  /// @param mine this rank's, to which rank 0 adds the others
  static void reduce(Communicator comm, QuantileSketch mine) {
    for (int first = 0; first < comm.size(); first += AT_ONCE) {
      boolean now = comm.rank() != 0 && comm.rank() / AT_ONCE == first / AT_ONCE;
      long[] part = now ? mine.toLongs() : NOTHING;
      for (long[] each : comm.gatherObjects(part, CODEC, 0)) {
        mine.add(each);
      }
    }
  }
}
