package dev.sheaf.map;

/// What one thread does with one item. Each thread has a task object of its own, so the object may
/// hold buffers and decoders; it is closed when the thread has no more items.
///
/// @param <R> the type of an item's result
@FunctionalInterface
public interface ItemTask<R> extends AutoCloseable {
  /// Works on one item.
  ///
  /// @return the result, which depends on the item alone
  /// @throws Exception makes the item's outcome a failure; the other items go on
  R apply(long item) throws Exception;

  @Override
  default void close() {}
}
