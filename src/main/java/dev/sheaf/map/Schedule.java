package dev.sheaf.map;

import dev.sheaf.comm.Blocks;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Which rank works on which items. Below, n items, p ranks, t threads a rank, chunk k. The results
/// are the same for all of them.
public enum Schedule {
  /// Rank r has `n / p` items in a row, one more if `r < n % p`; rank 0 scatters the ranges. The
  /// threads of a rank share its range. Appropriate when items cost alike: neighbours stay together
  /// and nothing is asked for while computing.
  BLOCK,
  /// Chunk c of k items (1) belongs to rank `c % p`. Appropriate when the cost rises or falls along
  /// the items.
  CYCLIC,
  /// Every thread takes the next k items (1) from a counter that all ranks share. Appropriate when
  /// costs vary unforeseeably; k weighs balance against the counter's price.
  DYNAMIC,
  /// As `dynamic`, but the next `remaining / (2 p t)` items, at least k (1), rounded up.
  /// Appropriate when costs vary and the items are many: large pieces first, small ones to level
  /// the end.
  GUIDED;

  /// Who works on what, in lines for a person: a line a rank where that is settled beforehand.
  public List<String> describe(long n, int ranks, MapOptions options) {
    long k = options.chunk();
    return switch (this) {
      case BLOCK ->
          IntStream.range(0, ranks)
              .mapToObj(r -> {
                long from = Blocks.start(n, ranks, r);
                long count = Blocks.count(n, ranks, r);
                return count == 0
                    ? "rank %d: nothing".formatted(r)
                    : "rank %d: items %d to %d".formatted(r, from, from + count - 1);
              })
              .toList();
      case CYCLIC ->
          List.of("%d items in chunks of %d: chunk c to rank c %% %d".formatted(n, k, ranks));
      case DYNAMIC -> List.of("%d items, %d at a time to the thread that asks".formatted(n, k));
      case GUIDED ->
          List.of(
              "%d items, remaining / %d (at least %d) at a time to the thread that asks"
                  .formatted(n, 2L * ranks * options.threads(), k));
    };
  }

  /// The name on the command line.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
