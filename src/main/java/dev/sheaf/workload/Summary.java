package dev.sheaf.workload;

import dev.sheaf.map.MapResult;
import dev.sheaf.map.Outcome;
import java.util.List;
import java.util.Map;

/// What a workload has to report.
///
/// @param lines the results for standard output
/// @param results the same by name, for JSON
/// @param items how many items are done; the same on every rank
/// @param bytes the bytes of input or output that a rate is given in; 0 if that makes no sense
/// @param failures the failed items, in item order
/// @param failed how many items failed; the same on every rank
/// @param notRun how many items were not tried; the same on every rank
public record Summary(
    List<String> lines,
    Map<String, Object> results,
    long items,
    long bytes,
    List<? extends Outcome.Failed<?>> failures,
    long failed,
    long notRun) {

  /// Of a workload whose items cannot fail.
  public static Summary of(List<String> lines, Map<String, Object> results, long items) {
    return new Summary(lines, results, items, 0, List.of(), 0, 0);
  }

  /// Of a workload that is one map.
  public static Summary of(
      List<String> lines, Map<String, Object> results, MapResult<?> map, long bytes) {
    return new Summary(
        lines, results, map.done(), bytes, map.failures(), map.failed(), map.notRun());
  }
}
