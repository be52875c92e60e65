package dev.sheaf;

import java.util.List;

/// The results of a loop in the order of its items: an unmodifiable list.
///
/// An item that has failed is in [#failures]; asking the list for its result throws a
/// [java.util.NoSuchElementException] that tells why, so that a program that never thinks of
/// failures does not go on with wrong numbers.
///
/// @param <R> the type of a result
public interface Results<R> extends List<R> {
  /// The items that have failed, by index. At the end of the program they are told, and give it the
  /// exit status 1.
  List<FailedItem> failures();
}
