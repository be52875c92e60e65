package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.comm.Blocks;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.comm.Op;
import dev.sheaf.journal.Here;
import dev.sheaf.journal.MapLog;
import dev.sheaf.journal.Missing;
import dev.sheaf.journal.PastItem;
import dev.sheaf.journal.RunFile;
import dev.sheaf.journal.RunJournal;
import dev.sheaf.map.Causes;
import dev.sheaf.map.Drain;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapOptions;
import dev.sheaf.map.MapResult;
import dev.sheaf.map.OrderedMap;
import dev.sheaf.report.Count;
import dev.sheaf.report.Phase;
import dev.sheaf.report.Phases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/// What a workload has at hand on one rank.
///
/// @param comm the ranks of the job
/// @param options the options that all workloads share
/// @param phases takes the times
/// @param drain ends the run early
/// @param directory for its output
/// @param journal of that directory; `null` if it has none
public record Job(
    Communicator comm,
    JobOptions options,
    Phases phases,
    Drain drain,
    OutputDirectory directory,
    RunJournal journal) {
  private static final Codec<long[]> LONGS = Codecs.of(Encoder::putLongs, Decoder::getLongs);

  /// The options of a map.
  public MapOptions mapOptions() {
    return options.map();
  }

  /// Works on the items by the job's options; see [OrderedMap#map]. A run that is resumed does all
  /// of them again.
  public <R> MapResult<R> map(Items items, Supplier<? extends ItemTask<R>> tasks, Codec<R> values)
      throws Exception {
    return map(items, mapOptions(), tasks, values, null);
  }

  /// Works on the items by the job's options. A run that is resumed does only those that are not
  /// done. Collective; beside the work, each rank looks at the names of its share of the items.
  ///
  /// @param kept where results are
  public <R> MapResult<R> map(
      Kept kept, Items items, Supplier<? extends ItemTask<R>> tasks, Codec<R> values)
      throws Exception {
    return map(kept, items, mapOptions(), tasks, values);
  }

  /// Works on the items by the job's options but for those of the map.
  <R> MapResult<R> map(
      Kept kept,
      Items items,
      MapOptions map,
      Supplier<? extends ItemTask<R>> tasks,
      Codec<R> values)
      throws Exception {
    SameFiles.check(this, items.count(), kept.input());
    begin();
    MapLog log = log(kept, items);
    tellResumed(log == null ? 0 : log.done(), items.count());
    MapResult<R> result = map(items, map, tasks, values, log);
    left(log, result);
    return result;
  }

  /// Notes how many items of a map this part of the run has left, if it is one.
  void left(MapLog log, MapResult<?> result) {
    if (log != null && options.run().part() != null) {
      long now = result.done() - log.done();
      journal.left(Math.max(0, log.toDo() - now - result.failed()));
    }
  }

  /// Works on the items by these options.
  ///
  /// @param log what is done of them, or `null`: then a run that is resumed does all of them again
  <R> MapResult<R> map(
      Items items,
      MapOptions map,
      Supplier<? extends ItemTask<R>> tasks,
      Codec<R> values,
      MapLog log)
      throws Exception {
    return map(items, map, tasks, values, log, log == null ? null : log.missing());
  }

  /// Works on some items by these options.
  ///
  /// @param missing the items to do; `null` for all
  <R> MapResult<R> map(
      Items items,
      MapOptions map,
      Supplier<? extends ItemTask<R>> tasks,
      Codec<R> values,
      MapLog log,
      Missing missing)
      throws Exception {
    begin();
    if (log == null) {
      refusePart();
    }
    if (options.verbose() && comm.rank() == 0) {
      long count = missing == null ? items.count() : missing.count();
      map.schedule().describe(count, comm.size(), map).forEach(System.err::println);
    }
    return OrderedMap.map(comm, items, map, tasks, values, phases, drain, log, missing);
  }

  /// Begins the attempt in the run's directory, if there is one and that has not been done. No file
  /// is written before. Collective.
  void begin() throws Exception {
    if (journal == null || journal.begun()) {
      return;
    }
    try (var _ = phases.start(Phase.SCATTER)) {
      List<Here> ranks = comm.allgatherObjects(Here.of(comm), Here.CODEC);
      int threads = mapOptions().threads();
      RunJournal.Attempt attempt =
          onRoot(
              () -> {
                output(RunFile.NAME);
                return journal.prepare(ranks, threads, comm.library(), options.seed());
              },
              RunJournal.Attempt.CODEC);
      long read = onAll(() -> journal.start(attempt, ranks, comm.rank(), threads));
      if (attempt.resumed()) {
        for (long each : comm.allgather(read)) {
          if (each != read) {
            throw new AgreedInputException(
                options.out()
                    + ": the ranks don't see the same journals there; --out must be a directory that all hosts share, and no rank of the earlier attempt may be at work");
          }
        }
      }
      if (comm.rank() == 0) {
        journal.notes().forEach(note -> System.err.println("sheaf: " + note));
      }
    }
  }

  /// Begins the log of a map: `null` if the run has no journal, or none for so many items.
  /// Collective.
  MapLog log(Kept kept, Items items) throws Exception {
    if (journal == null || items.count() > Integer.MAX_VALUE) {
      return null;
    }
    MapLog log;
    try {
      log = journal.map(items.count(), names(items), kept.output(), kept.external());
    } catch (InputException e) {
      throw new AgreedInputException(e.getMessage()); // all ranks know the same
    }
    log.reads(kept.input());
    if (log.done() > 0) {
      long[] again = onAll(() -> again(kept, log));
      long count = 0;
      for (long[] ofRank : comm.allgatherObjects(again, LONGS)) {
        for (long item : ofRank) {
          log.forget(item);
          count++;
        }
      }
      if (count > 0 && options.run().force() && comm.rank() == 0) {
        System.err.printf(
            "sheaf: to be done again (--force): %s whose input has changed, or whose result is gone%n",
            Count.of(count, "item"));
      }
    }
    return log;
  }

  /// Tells how many of the items of a map an earlier attempt has done, if any.
  void tellResumed(long done, long items) {
    if (done > 0 && comm.rank() == 0 && !options.quiet()) {
      System.err.printf("resumed: %d of %s were done%n", done, Count.of(items, "item"));
    }
  }

  /// Those items of this rank's share that are done, but have to be done again.
  private static long[] again(Kept kept, MapLog log) {
    List<Long> again = log.changed();
    for (PastItem each : log.mine()) {
      Path result = kept.result().apply(each);
      if (result != null && !Files.exists(result)) {
        again.add(each.item());
      }
    }
    return again.stream().mapToLong(Long::longValue).toArray();
  }

  /// A hash of the names of all items, the same for any number of ranks. Collective.
  private long names(Items items) {
    long sum = 0;
    long end = Blocks.start(items.count(), comm.size(), comm.rank() + 1);
    for (long i = Blocks.start(items.count(), comm.size(), comm.rank()); i < end; i++) {
      String name = items.input().apply(i);
      long hash = (i << 32 | name.length()) * 0x9E3779B97F4A7C15L + name.hashCode();
      hash = (hash ^ hash >>> 32) * 0xD6E8FEB86659FD93L;
      sum += hash ^ hash >>> 32;
    }
    return comm.allreduce(sum, Op.SUM);
  }

  /// For rank 0, before anything is written: the whole run depends on this file.
  void reads(Path input) {
    if (journal != null) {
      journal.reads(input);
    }
  }

  /// Of work that is not kept for other parts of the run.
  ///
  /// @throws InputException on every rank, if there is a `--part`
  private void refusePart() {
    if (options.run().part() != null) {
      throw new AgreedInputException("--part: what it does is not kept for the other parts");
    }
  }

  /// Of a workload that can't leave an item's thread alone.
  ///
  /// @throws InputException if there is a `--timeout`
  void refuseTimeout() {
    if (!options.timeout().isZero()) {
      throw new InputException("--timeout: its items can't be given up; leave it out");
    }
  }

  /// Whether what a map has given is to be written, as far as it goes. Not if it was ended early,
  /// or if an item failed and all others happened to be done: that is a matter of luck.
  public boolean writes(MapResult<?> map) {
    return map.done() > 0 && map.notRun() == 0 && (map.failed() == 0 || !options.stopOnError());
  }

  /// Where an output file goes; makes the directory if there is none. For rank 0, before the work:
  /// a directory that can't be written is better told early.
  public Path output(String name) {
    return directory.file(name);
  }

  /// Has rank 0 alone do something and tells its result to all: look at the input, list a
  /// directory. Collective.
  ///
  /// @return rank 0's value, on every rank
  /// @throws AgreedInputException on every rank, if rank 0 met an input error or could not read or
  ///   write
  public <T> T onRoot(Callable<T> action, Codec<T> codec) throws Exception {
    String error = null;
    T value = null;
    if (comm.rank() == 0) {
      try {
        value = action.call();
      } catch (InputException | IOException e) {
        error = Causes.line(e);
      }
    }
    String agreed = comm.bcastObject(error == null ? "" : error, Codecs.STRING, 0);
    if (!agreed.isEmpty()) {
      throw new AgreedInputException(agreed);
    }
    return comm.bcastObject(value, codec, 0);
  }

  /// Has every rank do something that an input error may end: then it ends all of them, with the
  /// message of the lowest rank that met one. Collective.
  ///
  /// @return this rank's value
  /// @throws AgreedInputException on every rank, if any met an input error or could not read or
  ///   write
  public <T> T onAll(Callable<T> action) throws Exception {
    String error = "";
    T value = null;
    try {
      value = action.call();
    } catch (InputException | IOException e) {
      error = Causes.line(e);
      if (comm.rank() > 0) {
        error += " (rank %d on %s)".formatted(comm.rank(), comm.host());
      }
    }
    for (String each : comm.allgatherObjects(error, Codecs.STRING)) {
      if (!each.isEmpty()) {
        throw new AgreedInputException(each);
      }
    }
    return value;
  }
}
