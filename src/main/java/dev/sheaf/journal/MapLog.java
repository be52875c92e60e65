package dev.sheaf.journal;

import dev.sheaf.InputException;
import dev.sheaf.comm.Encoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/// One rank's log of one map: what earlier attempts have done of it, and what this one does.
///
/// **Threads.** Each thread of the rank logs the items that it has in hand.
public final class MapLog {
  /// How long items wait for their record, if it is to be of several, ...
  private static final long WAIT_NANOS = 2_000_000_000;

  /// ... or this many times as long as the last such record took: they cost half a percent, and one
  /// record at the end.
  private static final long WAIT_TIMES = 200;

  /// The names of all items of a map are noted if it has so many at most, ...
  private static final int ALL_NAMED = 1500;

  /// ... else those of the slowest of each rank.
  private static final int NAMED = 10;

  private static final int LONGEST_NAME = 200;

  private final Entry.MapBegun map;
  private final PastMap past;

  /// The items that this is about; `null` for all.
  private final BitSet only;

  private final RunOptions options;
  private final JournalWriter journal;
  private final InFlight inFlight;
  private final Flusher flusher;
  private final long started;
  private LongFunction<Path> inputs = _ -> null;

  /// Of the item that each thread has in hand: when it began, and the stamp of its file.
  private final InHand[] hands;

  private record InHand(long begun, Entry.Stamp stamp) {}

  /// What each thread has done that waits for its record.
  private final List<Waiting> waiting;

  /// How many items get a name.
  private final int named;

  /// The slowest items of each thread.
  private final List<Slowest<Timed>> slowest;

  private record Timed(long item, long nanos) {}

  /// Whether some of them have got none.
  private final AtomicBoolean unwritten = new AtomicBoolean();

  private static final class Waiting {
    final List<Entry.Done> items = new ArrayList<>();
    long until;
  }

  MapLog(
      Entry.MapBegun map,
      PastMap past,
      BitSet only,
      RunOptions options,
      JournalWriter journal,
      InFlight inFlight,
      Flusher flusher,
      long started) {
    this.map = map;
    this.past = past == null ? new PastMap(map, 0, 0) : past;
    this.only = only;
    this.options = options;
    this.journal = journal;
    this.inFlight = inFlight;
    this.flusher = flusher;
    this.started = started;
    hands = new InHand[inFlight.threads()];
    waiting = Stream.generate(Waiting::new).limit(hands.length).toList();
    waiting.forEach(each -> each.until = System.nanoTime() + WAIT_NANOS);
    named = map.items() <= ALL_NAMED ? ALL_NAMED : NAMED;
    slowest =
        Stream.generate(() -> new Slowest<>(named, Timed::nanos)).limit(hands.length).toList();
  }

  /// The same log, for work on these items alone: no others are done or missing. To be used when
  /// nothing of the map is in hand by another.
  public MapLog only(BitSet items) {
    MapLog log =
        new MapLog(map, past.only(items), items, options, journal, inFlight, flusher, started);
    log.reads(inputs);
    return log;
  }

  /// Each item has a file of its own, which it was made of.
  public void reads(LongFunction<Path> inputs) {
    this.inputs = inputs;
  }

  // ---- what earlier attempts have done ----

  /// How many items are done.
  public long done() {
    return past.done.cardinality();
  }

  /// Those of this rank's block.
  public Collection<PastItem> mine() {
    return past.mine.values();
  }

  /// Of this rank's block, the items whose own file has changed since.
  ///
  /// @throws InputException if there are any, unless they are to be done again
  public List<Long> changed() {
    List<Long> changed = new ArrayList<>();
    for (PastItem each : past.mine.values()) {
      Path input = inputs.apply(each.item());
      if (input != null && !RunJournal.stamp(input).equals(each.stamp())) {
        if (!options.force()) {
          throw new InputException(
              input + ": changed since it was read; --force does it again, --restart everything");
        }
        changed.add(each.item());
      }
    }
    return changed;
  }

  /// An item is to be done again. To be told to every rank.
  public void forget(long item) {
    past.done.clear((int) item);
    past.mine.remove(item);
  }

  /// The items that ranks have died with too often, and the hosts of these.
  public Map<Long, List<String>> poison() {
    Map<Long, List<String>> poison = new TreeMap<>();
    past.deaths.forEach((item, hosts) -> {
      if (options.poison() > 0
          && hosts.size() >= options.poison()
          && !past.done.get((int) (long) item)) {
        poison.put(item, hosts);
      }
    });
    return poison;
  }

  /// The items that are to be done; `null` for all. Those that ranks have died with come last: one
  /// of them may end the run again, and the others, which only happened to be in hand, are not in
  /// hand again when the next kill comes.
  public Missing missing() {
    Set<Long> poison = poison().keySet();
    long[] last =
        past.deaths.keySet().stream()
            .filter(item -> !past.done.get((int) (long) item) && !poison.contains(item))
            .mapToLong(Long::longValue)
            .sorted()
            .toArray();
    BitSet aside = (BitSet) past.done.clone();
    past.deaths.keySet().forEach(item -> aside.set((int) (long) item));
    if (only != null) {
      BitSet others = (BitSet) only.clone();
      others.flip(0, (int) map.items());
      aside.or(others);
    }
    if (options.part() != null) {
      aside.set(0, (int) options.part().from(map.items()));
      aside.set((int) options.part().to(map.items()), (int) map.items());
    }
    return aside.isEmpty() ? null : new Missing(map.items(), aside, last);
  }

  /// How many items are to be done.
  public long toDo() {
    Missing missing = missing();
    return missing == null ? map.items() : missing.count();
  }

  // ---- what this one does ----

  /// A thread has an item in hand from now on.
  public void begin(int thread, long item) {
    inFlight.begin(thread, map.map(), item);
    Path input = inputs.apply(item);
    Entry.Stamp stamp = input == null ? Entry.Stamp.NONE : RunJournal.stamp(input);
    hands[thread] = new InHand(System.nanoTime(), stamp);
  }

  /// A thread has done the item that it had in hand.
  ///
  /// @param value the encoded result
  /// @throws InputException if that can't be logged
  public void done(int thread, long item, byte[] value) {
    append(List.of(entry(thread, item, value)));
    inFlight.end(thread);
  }

  /// A thread has done the item that it had in hand, which waits for [#write].
  ///
  /// @param value the encoded result
  public void waits(int thread, long item, byte[] value) {
    waiting.get(thread).items.add(entry(thread, item, value));
    inFlight.end(thread);
  }

  /// Whether the items of a thread have waited for long enough.
  public boolean due(int thread) {
    Waiting mine = waiting.get(thread);
    return !mine.items.isEmpty()
        && (options.durability() == Durability.ITEM || System.nanoTime() - mine.until >= 0);
  }

  /// Writes one record of all items of a thread that wait.
  ///
  /// @param gathered appends what these have gathered to the result of the last one
  public void write(int thread, Consumer<Encoder> gathered) {
    long begin = System.nanoTime();
    Waiting mine = waiting.get(thread);
    Encoder out = new Encoder();
    gathered.accept(out);
    if (mine.items.isEmpty()) {
      return;
    }
    mine.items.add(mine.items.removeLast().with(out.toByteArray()));
    try {
      append(mine.items);
    } catch (InputException e) {
      if (!unwritten.getAndSet(true)) { // the items are done all the same
        System.err.println(
            "sheaf: " + e.getMessage() + "; the run goes on, but a resume does such items again");
      }
    }
    mine.items.clear();
    long now = System.nanoTime();
    mine.until = now + Math.max(WAIT_NANOS, WAIT_TIMES * (now - begin));
  }

  private Entry.Done entry(int thread, long item, byte[] value) {
    InHand hand = hands[thread];
    long nanos = System.nanoTime() - hand.begun;
    slowest.get(thread).add(new Timed(item, nanos));
    return new Entry.Done(map.map(), item, thread, hand.begun - started, nanos, hand.stamp, value);
  }

  /// The rank has done its share: notes the names of the items that a report will tell of. Those of
  /// failed ones are in their records.
  ///
  /// @param inputs the name of each item's input
  public void name(LongFunction<String> inputs) {
    List<Entry.Named> records =
        slowest.stream()
            .flatMap(Slowest::stream)
            .sorted(Comparator.comparingLong(Timed::nanos).reversed())
            .limit(named)
            .map(each -> {
              String name = inputs.apply(each.item);
              return new Entry.Named(
                  map.map(),
                  each.item,
                  name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name);
            })
            .toList();
    try {
      if (!records.isEmpty()) {
        journal.append(records);
      }
    } catch (InputException _) {
      // On a full disk the report tells their numbers.
    }
  }

  private void append(List<Entry.Done> record) {
    if (options.durability() == Durability.ITEM && map.external()) {
      flusher.sync();
    }
    journal.append(record);
    if (options.durability() == Durability.ITEM) {
      journal.force();
    }
  }

  /// A thread has given up the item that it had in hand.
  public void failed(
      int thread, long item, String input, int attempts, String cause, String replay) {
    InHand hand = hands[thread];
    try {
      journal.append(
          new Entry.Failed(
              map.map(),
              item,
              thread,
              hand.begun - started,
              System.nanoTime() - hand.begun,
              input,
              attempts,
              cause,
              replay));
    } catch (InputException _) {
      // On a full disk; the item is done again anyway.
    }
    inFlight.end(thread);
  }
}
