package dev.sheaf;

/// An item whose turn of the loop has thrown.
///
/// @param index which, from 0
/// @param input what it was about
/// @param rank the rank that tried
/// @param host that rank's host
/// @param cause one line: what was thrown
public record FailedItem(long index, String input, int rank, String host, String cause) {
  /// In one line, for a person.
  @Override
  public String toString() {
    return "item %d (%s) failed on rank %d, %s: %s".formatted(index, input, rank, host, cause);
  }
}
