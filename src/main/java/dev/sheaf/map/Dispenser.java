package dev.sheaf.map;

import dev.sheaf.comm.Blocks;
import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.VBuffer;
import java.util.concurrent.atomic.AtomicLong;

/// Hands out ranges of items to the threads of one rank until there are no more.
@FunctionalInterface
interface Dispenser {
  /// The next items; an empty range when there are no more.
  Range next();

  /// The dispenser of a schedule on this rank. Collective for `block`.
  static Dispenser of(long n, MapOptions options, Communicator comm, Counter shared) {
    long chunk = Math.clamp(n, 1, options.chunk());
    return switch (options.schedule()) {
      case BLOCK -> block(n, comm);
      case CYCLIC -> cyclic(n, chunk, comm.size(), comm.rank());
      case DYNAMIC -> dynamic(n, chunk, shared);
      case GUIDED -> guided(n, chunk, (long) comm.size() * options.threads(), shared);
    };
  }

  private static Dispenser block(long n, Communicator comm) {
    int size = comm.size();
    VBuffer ranges = null;
    if (comm.rank() == 0) {
      long[] bounds = new long[2 * size];
      for (int rank = 0; rank < size; rank++) {
        bounds[2 * rank] = Blocks.start(n, size, rank);
        bounds[2 * rank + 1] = Blocks.start(n, size, rank + 1);
      }
      ranges = VBuffer.even(Buffer.of(bounds), size);
    }
    long[] mine = new long[2];
    comm.scatterv(ranges, Buffer.of(mine), 0);
    AtomicLong next = new AtomicLong(mine[0]);
    return () -> {
      long item = next.getAndIncrement();
      return new Range(item, Math.min(item + 1, mine[1]));
    };
  }

  private static Dispenser cyclic(long n, long chunk, int size, int rank) {
    AtomicLong next = new AtomicLong();
    return () -> {
      long mine = next.getAndIncrement();
      long from = (mine / chunk * size + rank) * chunk + mine % chunk;
      return new Range(from, Math.min(from + 1, n));
    };
  }

  private static Dispenser dynamic(long n, long chunk, Counter shared) {
    return () -> {
      long from = shared.getAndAdd(chunk);
      return new Range(from, Math.min(from + chunk, n));
    };
  }

  /// The counter counts chunks; every rank works out for itself where the c-th one lies.
  private static Dispenser guided(long n, long chunk, long workers, Counter shared) {
    return new Dispenser() {
      private long index;
      private long from;

      @Override
      public Range next() {
        long wanted = shared.getAndAdd(1);
        synchronized (this) {
          if (wanted < index) { // another thread of this rank was faster
            index = 0;
            from = 0;
          }
          for (; index < wanted && from < n; index++) {
            from += length(from);
          }
          return new Range(from, Math.min(from + length(from), n));
        }
      }

      private long length(long start) {
        return Math.max(chunk, Math.ceilDiv(n - start, 2 * workers));
      }
    };
  }
}
