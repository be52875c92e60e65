package dev.sheaf.journal;

import dev.sheaf.comm.Blocks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What the journals of a run tell of its earlier attempts.
///
/// Memory: a bit an item, and the records of one rank's share.
final class Past implements AutoCloseable {
  private final long run;
  private final int rank;
  private final int size;
  private final Map<String, String> boots;
  private final Part part;
  private final Map<Entry.MapBegun, PastMap> maps = new LinkedHashMap<>();
  private final Map<String, Entry.Committed> committed = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final OpenJournals open = new OpenJournals();

  /// @param run whose journals count
  /// @param rank whose share of the records is kept
  /// @param size the number of ranks that have one
  /// @param boots which boot hosts are in, as far as that is known: what was not flushed in the
  ///   same boot is there all the same; `null` to count everything
  /// @param part of the items that the attempt is at, while others may be at the rest; or `null`
  Past(long run, int rank, int size, Map<String, String> boots, Part part) {
    this.run = run;
    this.rank = rank;
    this.size = size;
    this.boots = boots;
    this.part = part;
  }

  /// Reads a journal.
  ///
  /// @param limit how many bytes of it, at most
  void read(Path journal, long limit) throws IOException {
    One one = new One(journal);
    JournalReader.Reading reading = JournalReader.readPlaces(journal, limit, one);
    Entry.Header header = reading.header();
    if (header == null || header.run() != run) {
      problems.add(journal + ": of no attempt of this run");
      return;
    }
    if (reading.problem() != null) {
      problems.add(journal + ": " + reading.problem());
    } else if (one.problem != null) {
      problems.add(journal + ": " + one.problem);
    }
    if (boots == null || header.durable() || header.boot().equals(boots.get(header.host()))) {
      one.settle(Long.MAX_VALUE);
    }
    if (!one.ended && !rebooted(header)) {
      for (InFlight.InHand hand : InFlight.read(RunPaths.inFlight(journal))) {
        PastMap map = one.begun.get(hand.map());
        if (map != null
            && hand.item() < map.map.items()
            && (part == null || part.has(hand.item(), map.map.items()))) {
          map.died(hand.item(), header.host());
        }
      }
    }
  }

  /// Whether the host has gone down since, as far as that is known: then its ranks went down with
  /// it.
  private boolean rebooted(Entry.Header header) {
    String boot = boots == null ? null : boots.get(header.host());
    return boot != null && !header.boot().isEmpty() && !header.boot().equals(boot);
  }

  /// What was done of a map; `null` if nothing is known of it.
  PastMap of(Entry.MapBegun map) {
    return maps.get(map);
  }

  /// A map of that number, with other items or another place for its results; `null` if there was
  /// none.
  Entry.MapBegun other(int number) {
    for (Entry.MapBegun map : maps.keySet()) {
      if (map.map() == number) {
        return map;
      }
    }
    return null;
  }

  /// The last file of that name that was given its name; `null` if none was.
  Entry.Committed committed(String name) {
    return committed.get(name);
  }

  /// How many items are done, flushed or not.
  long done() {
    long done = 0;
    for (PastMap map : maps.values()) {
      done += map.done.cardinality();
    }
    return done;
  }

  /// How many items there are in the maps that have begun.
  long items() {
    Map<Integer, Long> items = new HashMap<>();
    maps.keySet().forEach(map -> items.put(map.map(), map.items()));
    return items.values().stream().mapToLong(Long::longValue).sum();
  }

  /// What is wrong with the journals, a line each.
  List<String> problems() {
    return problems;
  }

  /// A number that two ranks have in common only if they have read the same.
  long checksum() {
    long sum = committed.keySet().hashCode();
    for (PastMap map : maps.values()) {
      sum += map.checksum();
    }
    return sum;
  }

  /// Long results can't be had any more.
  @Override
  public void close() {
    open.close();
  }

  private PastMap begin(Entry.MapBegun map) {
    return maps.computeIfAbsent(
        map,
        _ ->
            new PastMap(
                map,
                Blocks.start(map.items(), size, rank),
                Blocks.start(map.items(), size, rank + 1)));
  }

  /// One journal.
  private final class One implements Consumer<List<JournalReader.Placed>> {
    private final Path journal;
    private final Map<Integer, PastMap> begun = new HashMap<>();

    /// What was done since the last flush, where that matters.
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private long records;
    private boolean ended;
    private String problem;

    record Waiting(long record, PastMap map, List<PastItem> done) {}

    One(Path journal) {
      this.journal = journal;
    }

    @Override
    public void accept(List<JournalReader.Placed> record) {
      records++;
      PastMap map = null;
      List<PastItem> together = new ArrayList<>(1);
      for (JournalReader.Placed each : record) {
        if (problem != null) {
          return;
        }
        if (each.entry() instanceof Entry.Done d) {
          map = map(d.map(), d.item());
          together.add(new PastItem(d, journal, open, each.end()));
        } else {
          accept(each.entry());
        }
      }
      if (problem == null && map != null) {
        if (map.map.external()) {
          waiting.add(new Waiting(records, map, together));
        } else {
          map.add(together);
        }
      }
    }

    private void accept(Entry entry) {
      switch (entry) {
        case Entry.MapBegun m -> begun.put(m.map(), begin(m));
        case Entry.Failed f -> map(f.map(), f.item());
        case Entry.Flushed f -> settle(f.records());
        case Entry.Committed c -> committed.put(c.name(), c);
        case Entry.Ended _ -> ended = true;
        case Entry.Named _ -> {}
        case Entry.Done _, Entry.Header _ -> throw new IllegalStateException();
      }
    }

    /// The map of an item; `null` if there can't be such an item.
    private PastMap map(int number, long item) {
      PastMap map = begun.get(number);
      if (map == null || item < 0 || item >= map.map.items()) {
        problem = "item %d of map %d, which there is not".formatted(item, number);
        return null;
      }
      return map;
    }

    /// What the first records tell of is durable.
    void settle(long first) {
      while (!waiting.isEmpty() && waiting.getFirst().record <= first) {
        Waiting next = waiting.removeFirst();
        next.map.add(next.done);
      }
    }
  }
}
