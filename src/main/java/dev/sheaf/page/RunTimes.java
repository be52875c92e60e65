package dev.sheaf.page;

import dev.sheaf.journal.Entry;
import dev.sheaf.journal.JournalReader;
import dev.sheaf.journal.RunFile;
import dev.sheaf.journal.RunPaths;
import dev.sheaf.journal.Slowest;
import dev.sheaf.report.Cause;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// When the ranks of a run's last attempt worked on what, by their journals. Memory does not depend
/// on the number of items: times are counted in columns and bins, failures by their causes.
final class RunTimes {
  /// Rows of the timeline: of more ranks, as many in each.
  static final int ROWS = 64;

  /// Columns of the timeline, at most.
  private static final int COLUMNS = 240;

  /// Items that are drawn one by one; more are not.
  static final int SINGLE = 1500;

  /// Bins of the times of items, for each factor of ten, from a microsecond on.
  static final int BINS = 5;

  /// Causes of failures that are told; the items of others are counted.
  static final int CAUSES = 50;

  /// What is enough of a journal for its first record.
  private static final long HEADER_BYTES = 4096;

  private static final int DECADES = 12;
  private static final int SLOWEST = 10;

  /// A rank's part in the attempt.
  static final class Rank {
    final Entry.Header header;
    long done;
    long failed;
    long nanos;
    long end;

    Rank(Entry.Header header) {
      this.header = header;
    }
  }

  /// Failures with the same cause.
  static final class Failures {
    final Entry.Failed first;
    long count;

    Failures(Entry.Failed first) {
      this.first = first;
    }
  }

  /// An item.
  record Item(int rank, int thread, int map, long item, long start, long nanos, boolean failed) {}

  final List<Rank> ranks = new ArrayList<>();
  final Map<String, Failures> failures = new LinkedHashMap<>();
  final long[] bins = new long[BINS * DECADES];
  final Slowest<Item> slowest = new Slowest<>(SLOWEST, Item::nanos);
  final List<Item> single = new ArrayList<>();
  long items;
  long otherFailures;

  /// The inputs of single and slow items, as far as the ranks came to note them.
  private final Map<String, String> inputs = new HashMap<>();

  /// Nanoseconds of work in each row and column.
  double[][] busy;

  /// Nanoseconds of a column: it doubles when an item ends behind the last one.
  long column = 1000;

  int ranksInRow;

  /// Reads the journals of the run's attempt in its directory.
  static RunTimes of(Path directory, RunFile run) throws IOException {
    RunTimes times = new RunTimes();
    List<Path> journals = new ArrayList<>();
    for (Path journal : RunPaths.list(directory)) {
      Entry.Header header = JournalReader.read(journal, HEADER_BYTES, _ -> {}).header();
      if (header != null && header.run() == run.run() && header.attempt() == run.attempt()) {
        journals.add(journal);
        times.ranks.add(new Rank(header));
      }
    }
    times.ranksInRow = Math.max(1, Math.ceilDiv(journals.size(), ROWS));
    times.busy = new double[Math.ceilDiv(journals.size(), times.ranksInRow)][COLUMNS];
    for (int i = 0; i < journals.size(); i++) {
      Rank rank = times.ranks.get(i);
      double[] row = times.busy[i / times.ranksInRow];
      JournalReader.read(journals.get(i), Long.MAX_VALUE, entry -> times.count(rank, row, entry));
    }
    return times;
  }

  /// When the last item ended, in nanoseconds since the attempt's start; 1 at least.
  long end() {
    return Math.max(1, ranks.stream().mapToLong(rank -> rank.end).max().orElse(1));
  }

  /// How many columns are in use.
  int columns() {
    return Math.toIntExact(Math.ceilDiv(end(), column));
  }

  /// The name of an item's input; empty if it is not known.
  String input(Item item) {
    return inputs.getOrDefault(key(item.map, item.item), "");
  }

  /// Of [#inputs]. No record: what it is hashed by takes the JVM 10 ms to make, at the end of every
  /// run.
  private static String key(int map, long item) {
    return map + " " + item;
  }

  private void count(Rank rank, double[] row, Entry entry) {
    if (entry instanceof Entry.Named named) {
      name(named.map(), named.item(), named.input());
      return;
    }
    Item item = item(rank.header.rank(), entry);
    if (item == null) {
      return;
    }
    items++;
    rank.nanos += item.nanos;
    rank.end = Math.max(rank.end, item.start + item.nanos);
    if (entry instanceof Entry.Failed failure) {
      rank.failed++;
      count(failure);
    } else {
      rank.done++;
    }
    spread(row, item);
    double decades = Math.log10(Math.max(1, item.nanos / 1000.0));
    bins[(int) Math.min(bins.length - 1.0, decades * BINS)]++;
    slowest.add(item);
    if (single.size() <= SINGLE) {
      single.add(item);
    }
    if (entry instanceof Entry.Failed failure) {
      name(failure.map(), failure.item(), failure.input());
    }
  }

  private void name(int map, long item, String input) {
    if (inputs.size() < SINGLE
        || slowest.stream().anyMatch(each -> each.map == map && each.item == item)) {
      inputs.put(key(map, item), input);
    }
  }

  private void count(Entry.Failed failure) {
    String key = Cause.alone(failure.input(), failure.cause());
    if (failures.size() < CAUSES || failures.containsKey(key)) {
      failures.computeIfAbsent(key, _ -> new Failures(failure)).count++;
    } else {
      otherFailures++;
    }
  }

  private static Item item(int rank, Entry entry) {
    if (entry instanceof Entry.Done d) {
      return new Item(rank, d.thread(), d.map(), d.item(), d.start(), d.nanos(), false);
    }
    if (entry instanceof Entry.Failed f) {
      return new Item(rank, f.thread(), f.map(), f.item(), f.start(), f.nanos(), true);
    }
    return null;
  }

  private void spread(double[] row, Item item) {
    long from = Math.max(0, item.start);
    long to = from + item.nanos;
    while (to > COLUMNS * column) {
      for (double[] each : busy) {
        for (int i = 0; i < COLUMNS; i++) {
          each[i] = 2 * i < COLUMNS ? each[2 * i] + each[2 * i + 1] : 0;
        }
      }
      column *= 2;
    }
    for (long i = from / column; i * column < to; i++) {
      row[(int) i] += Math.min(to, (i + 1) * column) - Math.max(from, i * column);
    }
  }
}
