package dev.sheaf.comm;

/// The even block partition of `n` elements over `size` ranks: rank `r` has `n / size + (r < n %
/// size ? 1 : 0)` of them, in rank order.
public final class Blocks {
  private Blocks() {}

  /// How many elements `rank` has.
  public static long count(long n, int size, int rank) {
    return n / size + (rank < n % size ? 1 : 0);
  }

  /// The index of `rank`'s first element; `start(n, size, size)` is `n`.
  public static long start(long n, int size, int rank) {
    return rank * (n / size) + Math.min(rank, n % size);
  }

  /// The counts of all ranks.
  public static long[] counts(long n, int size) {
    long[] counts = new long[size];
    for (int rank = 0; rank < size; rank++) {
      counts[rank] = count(n, size, rank);
    }
    return counts;
  }
}
