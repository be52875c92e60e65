package dev.sheaf.map;

import java.util.List;

/// What came of a map.
///
/// @param <R> the type of an item's result
/// @param values on rank 0 the items' results in item order, `null` for an item that failed or was
///   not run; empty elsewhere
/// @param failures on rank 0 the failed items in item order; empty elsewhere
/// @param done on every rank: how many items are done
/// @param failed on every rank: how many items failed
/// @param notRun on every rank: how many were not tried, as an earlier one failed or the run was
///   ended early
public record MapResult<R>(
    List<R> values, List<Outcome.Failed<R>> failures, long done, long failed, long notRun) {
  /// Whether every item is done; the same on every rank.
  public boolean complete() {
    return failed == 0 && notRun == 0;
  }
}
