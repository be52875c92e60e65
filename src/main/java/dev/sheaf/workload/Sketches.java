package dev.sheaf.workload;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.reduce.QuantileSketch;

/// Sketches of quantiles that come from all ranks.
final class Sketches {
  private static final Codec<long[]> CODEC =
      Codecs.of((out, longs) -> out.putLongs(longs), in -> in.getLongs());

  /// Ranks whose sketches rank 0 holds at once: 16 MiB of them.
  private static final int AT_ONCE = 16;

  private Sketches() {}

  /// Adds up the sketches of all ranks on rank 0. Collective; moves at most 1 MiB a rank.
  ///
  /// @param mine this rank's, to which rank 0 adds the others
  static void reduce(Communicator comm, QuantileSketch mine) {
    for (int first = 0; first < comm.size(); first += AT_ONCE) {
      boolean now = comm.rank() != 0 && comm.rank() / AT_ONCE == first / AT_ONCE;
      long[] part = now ? mine.toLongs() : new long[0];
      for (long[] longs : comm.gatherObjects(part, CODEC, 0)) {
        if (longs.length > 0) {
          mine.add(QuantileSketch.of(longs));
        }
      }
    }
  }
}
