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
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Items whose input rank 0 reads and scatters, in rounds, as no rank has room for all of it. In
/// each round they are shared out in blocks.
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

  /// Works on all items as one map does. Rank 0 reads and sends only what is still to be done.
  /// Collective.
  ///
  /// @param kept where results are; `null` if a run that is resumed is to do all items again
  /// @return with the values of those rounds that were begun
  <R> MapResult<R> map(Kept kept, Supplier<? extends ItemTask<R>> tasks, Codec<R> values)
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
    job.begin();
    MapLog log = kept == null ? null : job.log(kept, items);
    long done = log == null ? 0 : log.done();
    job.tellResumed(done, items.count());
    List<R> results = new ArrayList<>();
    List<Outcome.Failed<R>> failures = new ArrayList<>();
    long failed = 0;
    for (long first = 0; first < items.count(); first += perRound) {
      long end = Math.min(first + perRound, items.count());
      Round round = round(log, first, end);
      if (round.done() + round.open() == 0) {
        continue;
      }
      if (round.missing.count() > 0) {
        scatter.of(blocks(round.missing));
      }
      MapResult<R> result = job.map(items, inBlocks, tasks, values, round.log, round.missing);
      if (!result.values().isEmpty()) {
        results.addAll(result.values().subList((int) first, (int) end));
      }
      failures.addAll(result.failures());
      long now = result.done() - round.done();
      done += now;
      failed += result.failed();
      if (now + result.failed() < round.open() || (failed > 0 && given.stopOnError())) {
        break;
      }
    }
    MapResult<R> all =
        new MapResult<>(results, failures, done, failed, items.count() - done - failed);
    job.left(log, all);
    return all;
  }

  /// Some of the items.
  ///
  /// @param log what is done of them, or `null`
  /// @param missing those that are to be done
  private record Round(MapLog log, Missing missing) {
    long done() {
      return log == null ? 0 : log.done();
    }

    /// Those that are to have an outcome.
    long open() {
      return missing.count() + (log == null ? 0 : log.poison().size());
    }
  }

  private static Round round(MapLog log, long first, long end) {
    if (log == null) {
      return new Round(null, new Missing(first, end));
    }
    BitSet items = new BitSet();
    items.set((int) first, (int) end);
    MapLog some = log.only(items);
    Missing missing = some.missing();
    return new Round(some, missing == null ? new Missing(first, end) : missing);
  }

  /// Of each rank the items that [Schedule#BLOCK] gives it.
  private List<long[]> blocks(Missing missing) {
    int size = job.comm().size();
    return IntStream.range(0, size)
        .mapToObj(rank ->
            LongStream.range(
                    Blocks.start(missing.count(), size, rank),
                    Blocks.start(missing.count(), size, rank + 1))
                .map(missing::item)
                .toArray())
        .toList();
  }
}
