package dev.sheaf.map;

import java.util.Locale;

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

  /// The name on the command line.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
