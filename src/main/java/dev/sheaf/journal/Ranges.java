package dev.sheaf.journal;

import java.util.BitSet;

/// Numbers as SLURM writes those of an array's tasks: `4,7-17`.
final class Ranges {
  private Ranges() {}

  /// The bits that are set; empty if none is.
  static String of(BitSet numbers) {
    StringBuilder text = new StringBuilder();
    for (int from = numbers.nextSetBit(0); from >= 0; ) {
      int end = numbers.nextClearBit(from);
      text.append(text.isEmpty() ? "" : ",").append(from);
      if (end - from > 1) {
        text.append('-').append(end - 1);
      }
      from = numbers.nextSetBit(end);
    }
    return text.toString();
  }
}
