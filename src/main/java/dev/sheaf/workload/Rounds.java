package dev.sheaf.workload;

import dev.sheaf.comm.Blocks;
import dev.sheaf.comm.Codec;
import dev.sheaf.journal.MapLog;
import dev.sheaf.journal.Missing;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapOptions;
import dev.sheaf.map.MapResult;
import dev.sheaf.map.Outcome;
import dev.sheaf.map.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Items whose input rank 0 reads and scatters, in rounds, as no rank has room for all of it. Each
/// round is a map of its own, in blocks.
///
/// @param items all of them
/// @param perRound so many at a time
/// @param scatter sends a round's input
record Rounds(Job job, Items items, long perRound, Scatter scatter) {
  /// Sends the ranks what a round's items need.
  @FunctionalInterface
  interface Scatter {
    /// Sends each rank the input of its items. Collective.
    void of(List<long[]> ofRanks) throws Exception;
  }

  /// Those items that follow `first`, at most [#perRound].
  private record Round(long first, Items items, MapLog log) {
    /// Those that are to be done.
    long[] missing() {
      Missing missing = log == null ? null : log.missing();
      LongStream numbers =
          missing == null
              ? LongStream.range(0, items.count())
              : LongStream.range(0, missing.count()).map(missing::item);
      return numbers.map(item -> first + item).toArray();
    }
  }

  /// Works on all items as one map does. Rank 0 reads and sends only what is still to be done.
  /// Collective.
  ///
  /// @param kept where results are; `null` if a run that is resumed is to do all items again
  /// @param tasks makes a thread's task for a round, whose first item is given: the task's item 0
  /// @return with the values of those rounds that were begun
  <R> MapResult<R> map(Kept kept, LongFunction<? extends ItemTask<R>> tasks, Codec<R> values)
      throws Exception {
    MapOptions given = job.mapOptions();
    MapOptions inBlocks =
        new MapOptions(
            Schedule.BLOCK,
            1,
            given.threads(),
            given.stopOnError(),
            given.retries(),
            given.timeout());
    List<R> results = new ArrayList<>();
    List<Outcome.Failed<R>> failures = new ArrayList<>();
    long done = 0;
    long failed = 0;
    for (Round round : rounds(kept)) {
      long[] missing = round.missing();
      if (missing.length > 0) {
        scatter.of(blocks(missing));
      }
      MapResult<R> result =
          job.map(round.items, inBlocks, () -> tasks.apply(round.first), values, round.log);
      results.addAll(result.values());
      result.failures().forEach(failure -> failures.add(failure.behind(round.first)));
      done += result.done();
      failed += result.failed();
      if (result.notRun() > 0 || (failed > 0 && given.stopOnError())) {
        break;
      }
    }
    return new MapResult<>(results, failures, done, failed, items.count() - done - failed);
  }

  /// Of each rank the items that [Schedule#BLOCK] gives it.
  private List<long[]> blocks(long[] missing) {
    int size = job.comm().size();
    return IntStream.range(0, size)
        .mapToObj(rank ->
            Arrays.copyOfRange(
                missing,
                (int) Blocks.start(missing.length, size, rank),
                (int) Blocks.start(missing.length, size, rank + 1)))
        .toList();
  }

  private List<Round> rounds(Kept kept) throws Exception {
    job.refusePart();
    job.begin();
    List<Round> rounds = new ArrayList<>();
    long done = 0;
    for (long first = 0; first < items.count(); first += perRound) {
      long begin = first;
      Items some =
          new Items(
              Math.min(perRound, items.count() - begin),
              item -> items.input().apply(begin + item),
              item -> items.replay().apply(begin + item));
      MapLog log = kept == null ? null : job.log(kept, some);
      done += log == null ? 0 : log.done();
      rounds.add(new Round(begin, some, log));
    }
    job.tellResumed(done, items.count());
    return rounds;
  }
}
