package dev.sheaf.reduce;

import java.util.Arrays;

/// Quantiles of any number of values in one pass and bounded memory.
///
/// It counts how often each value occurs. When that would need more than 65,536 counters, the last
/// bits of all values are dropped, no more than must be: neighbouring counters become one (uniform
/// collapse, as in UDDSketch, Epicoco et al., IEEE Access 8, 2020; buckets by the bits of the
/// number, as in HdrHistogram).
///
/// **Error.** A value is told with a relative error of at most [#relativeError], which is known at
/// the end: 0, exact, up to 65,536 distinct values, so for all numbers of 8 and 16 bits; 2^-(k+1)
/// if k bits behind the first one are left. k is 16 within one power of two, 9 or more within 60
/// powers of two on both sides of 0, and 4 in the worst case. Below 2^-1022 the error is at most
/// the bound times 2^-1022. Least and greatest value are exact.
///
/// **Same bytes.** Which bits are dropped depends on the set of values alone, as more values never
/// need fewer counters. So sketches of any parts of the values, added up in any order, give the
/// same sketch.
///
/// Memory: 32 bytes for each value that is told apart, in steps; 2 MiB at most. Cost: some 6 ns a
/// value. One for each thread.
public final class QuantileSketch {
  private static final int MOST = 1 << 16;
  private static final int FEW_SLOTS = 1 << 8;

  /// 2^64 / the golden ratio (Knuth, TAOCP 3, 6.4).
  private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

  /// In [#toLongs], what stands before the counters.
  public static final int HEAD = 3;

  /// Open addressing: pairs of a bucket and its count, 0 where there is none; at most half full.
  private long[] table;

  private int mask;
  private int shift;
  private int used;
  private int dropped;
  private long count;
  private long least = Long.MAX_VALUE;
  private long greatest = Long.MIN_VALUE;

  /// No values yet.
  public QuantileSketch() {
    allocate(FEW_SLOTS);
  }

  /// Counts a value; NaN is left out.
  public void add(double value) {
    if (Double.isNaN(value)) {
      return;
    }
    long ordered = Moments.ordered(Double.doubleToRawLongBits(value + 0.0)); // -0 is 0
    least = Math.min(least, ordered);
    greatest = Math.max(greatest, ordered);
    add(ordered >> dropped, 1);
  }

  /// Counts all that the other sketch has counted.
  public void add(QuantileSketch other) {
    drop(other.dropped);
    least = Math.min(least, other.least);
    greatest = Math.max(greatest, other.greatest);
    for (int at = 0; at < other.table.length; at += 2) {
      if (other.table[at + 1] != 0) {
        add(other.table[at] >> (dropped - other.dropped), other.table[at + 1]);
      }
    }
  }

  /// Forgets all values, and begins anew as a part of the whole that another sketch adds up: with
  /// the bits dropped that the whole drops.
  public void clear(QuantileSketch whole) {
    dropped = whole.dropped;
    Arrays.fill(table, 0);
    used = 0;
    count = 0;
    least = Long.MAX_VALUE;
    greatest = Long.MIN_VALUE;
  }

  private void add(long bucket, long times) {
    count += times;
    int slot = slot(bucket);
    while (table[2 * slot + 1] != 0) {
      if (table[2 * slot] == bucket) {
        table[2 * slot + 1] += times;
        return;
      }
      slot = (slot + 1) & mask;
    }
    table[2 * slot] = bucket;
    table[2 * slot + 1] = times;
    if (2 * ++used > mask + 1) {
      if (used > MOST) {
        drop(dropped + enough());
      } else {
        grow();
      }
    }
  }

  /// Where to look for a bucket first.
  private int slot(long bucket) {
    return (int) (((bucket ^ (bucket >>> 32)) * SPREAD) >>> shift);
  }

  private void allocate(int slots) {
    table = new long[2 * slots];
    mask = slots - 1;
    shift = Long.numberOfLeadingZeros(slots) + 1;
  }

  private void grow() {
    long[] old = table;
    allocate(Math.min(4 * (mask + 1), 2 * MOST));
    fill(old, 0);
  }

  /// Counts again, in an empty table, what another had counted.
  private void fill(long[] old, int more) {
    long counted = count;
    used = 0;
    for (int at = 0; at < old.length; at += 2) {
      if (old[at + 1] != 0) {
        add(old[at] >> more, old[at + 1]);
      }
    }
    count = counted;
  }

  /// How many more bits must be dropped, at least, for the buckets to be few enough.
  private int enough() {
    long[] buckets = sorted();
    int[] apart = new int[Long.SIZE]; // by the first bit, from the last on, in which two differ
    for (int i = 1; i < buckets.length; i++) {
      apart[Long.SIZE - 1 - Long.numberOfLeadingZeros(buckets[i - 1] ^ buckets[i])]++;
    }
    int bits = 0;
    for (int left = buckets.length; left > MOST; bits++) {
      left -= apart[bits];
    }
    return bits;
  }

  private long[] sorted() {
    long[] buckets = new long[used];
    int next = 0;
    for (int at = 0; at < table.length; at += 2) {
      if (table[at + 1] != 0) {
        buckets[next++] = table[at];
      }
    }
    Arrays.sort(buckets);
    return buckets;
  }

  private void drop(int bits) {
    if (bits <= dropped) {
      return;
    }
    long[] old = table.clone();
    Arrays.fill(table, 0);
    int more = bits - dropped;
    dropped = bits;
    fill(old, more);
  }

  /// How many values, NaN not counted.
  public long count() {
    return count;
  }

  /// The bound of the relative error of each value that a quantile is made of; 0 if they are exact.
  public double relativeError() {
    return dropped == 0 ? 0 : Math.scalb(1.0, dropped - 53);
  }

  /// Quantiles, as of NumPy's `nanquantile` with its method `linear`: between the two neighbouring
  /// values where there is none at that place; NaN without values.
  ///
  /// @param q where: 0 to 1, in any order
  public double[] quantiles(double... q) {
    double[] results = new double[q.length];
    if (count == 0) {
      Arrays.fill(results, Double.NaN);
      return results;
    }
    long[] buckets = sorted();
    long[] upTo = new long[used];
    long before = 0;
    for (int i = 0; i < used; i++) {
      before += times(buckets[i]);
      upTo[i] = before;
    }
    for (int i = 0; i < q.length; i++) {
      double place = (double) (count - 1) * q[i];
      long below = Math.min((long) place, count - 1);
      double a = value(buckets, upTo, below);
      double b = value(buckets, upTo, Math.min(below + 1, count - 1));
      double t = place - below;
      // NumPy's way, so that the bits are the same.
      results[i] = t == 0 || a == b ? a : t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
    }
    return results;
  }

  private long times(long bucket) {
    int slot = slot(bucket);
    while (table[2 * slot] != bucket || table[2 * slot + 1] == 0) {
      slot = (slot + 1) & mask;
    }
    return table[2 * slot + 1];
  }

  /// The value that has so many before it in ascending order.
  private double value(long[] buckets, long[] upTo, long index) {
    if (index == 0) {
      return Moments.fromOrdered(least);
    }
    if (index == count - 1) {
      return Moments.fromOrdered(greatest);
    }
    int found = Arrays.binarySearch(upTo, index + 1);
    long middle = (buckets[found < 0 ? ~found : found] << dropped) + ((1L << dropped) >> 1);
    return Moments.fromOrdered(Math.clamp(middle, least, greatest));
  }

  /// The whole sketch, for [#add(long[])]: [#HEAD] longs, then the buckets, in no particular order,
  /// then the count of each.
  public long[] toLongs() {
    long[] all = new long[HEAD + 2 * used];
    all[0] = dropped;
    all[1] = least;
    all[2] = greatest;
    int next = HEAD;
    for (int at = 0; at < table.length; at += 2) {
      if (table[at + 1] != 0) {
        all[next] = table[at];
        all[next + used] = table[at + 1];
        next++;
      }
    }
    return all;
  }

  /// Counts all that the sketch has counted that gave these by [#toLongs].
  public void add(long[] all) {
    int bits = (int) all[0];
    drop(bits);
    least = Math.min(least, all[1]);
    greatest = Math.max(greatest, all[2]);
    int buckets = (all.length - HEAD) / 2;
    for (int i = HEAD; i < HEAD + buckets; i++) {
      add(all[i] >> (dropped - bits), all[i + buckets]);
    }
  }
}
