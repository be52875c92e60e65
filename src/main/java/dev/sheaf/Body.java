package dev.sheaf;

/// The body of a loop: see [World#map].
///
/// @param <T> what a turn is about: an index, or an [Item]
/// @param <R> its result
@FunctionalInterface
public interface Body<T, R> {
  /// Works on one item. What it gives must depend on that item alone. Called by all threads of the
  /// rank at a time (`--threads`), so it must not change what they share.
  ///
  /// @throws Exception the item has failed, the others go on
  R apply(T item) throws Exception;
}
