package dev.sheaf.map;

/// The items from `from` to before `to`.
///
/// @param from the first item
/// @param to the item after the last
record Range(long from, long to) {
  boolean isEmpty() {
    return from >= to;
  }
}
