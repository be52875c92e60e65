package dev.sheaf.journal;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// The slowest of many items. One that is not among them costs a comparison.
///
/// @param <T> what is kept of an item
public final class Slowest<T> {
  private final int most;
  private final ToLongFunction<T> nanos;
  private final PriorityQueue<T> items;

  /// Keeps none yet.
  ///
  /// @param most how many it keeps
  /// @param nanos how long an item took
  public Slowest(int most, ToLongFunction<T> nanos) {
    this.most = most;
    this.nanos = nanos;
    items = new PriorityQueue<>(Comparator.comparingLong(nanos));
  }

  /// Keeps the item if it is among the slowest so far.
  public void add(T item) {
    if (items.size() < most) {
      items.add(item);
    } else if (nanos.applyAsLong(item) > nanos.applyAsLong(items.peek())) {
      items.remove();
      items.add(item);
    }
  }

  /// The slowest so far, the very slowest first.
  public Stream<T> stream() {
    return items.stream().sorted(items.comparator().reversed());
  }
}
