package dev.sheaf.journal;

import java.util.Arrays;
import java.util.BitSet;

/// The items of a map that are still to be done, numbered in their order; but those that ranks have
/// died with come last.
///
/// Memory: 16 bytes for each gap in what is done.
public final class Missing {
  private final long[] froms;

  /// How many missing items come before each range; at the end, how many there are.
  private final long[] before;

  private final long[] last;

  /// The items from one to before another.
  public Missing(long from, long to) {
    froms = new long[] {from};
    before = new long[] {0, to - from};
    last = new long[0];
  }

  /// All items but these, and then some of these.
  Missing(long items, BitSet done, long[] last) {
    this.last = last;
    long[] froms = new long[16];
    long[] before = new long[17];
    int ranges = 0;
    for (long from = done.nextClearBit(0); from < items; ) {
      int set = done.nextSetBit((int) from);
      long end = set < 0 ? items : Math.min(set, items);
      if (ranges == froms.length) {
        froms = Arrays.copyOf(froms, 2 * ranges);
        before = Arrays.copyOf(before, 2 * ranges + 1);
      }
      froms[ranges] = from;
      before[++ranges] = before[ranges - 1] + end - from;
      from = end < items ? done.nextClearBit((int) end) : items;
    }
    this.froms = Arrays.copyOf(froms, ranges);
    this.before = Arrays.copyOf(before, ranges + 1);
  }

  /// How many.
  public long count() {
    return before[froms.length] + last.length;
  }

  /// The missing item of this number.
  public long item(long number) {
    if (number >= before[froms.length]) {
      return last[(int) (number - before[froms.length])];
    }
    int found = Arrays.binarySearch(before, number);
    int range = found >= 0 ? found : -found - 2;
    return froms[range] + number - before[range];
  }
}
