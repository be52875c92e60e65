package dev.sheaf.journal;

import dev.sheaf.InputException;
import dev.sheaf.array.FileErrors;
import dev.sheaf.report.Count;
import dev.sheaf.report.ProgressLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What has become of a run's items, by its `run.json` and its journals alone: also of one that was
/// killed, or is still at work.
///
/// An item is done if any attempt did it; else it has failed, if one did that. Memory: two bits an
/// item, and the failures.
public final class Autopsy {
  private static final int SLOWEST = 5;
  private static final int CAUSES = 20;

  /// Ranks of which [#now] and [#lost] tell one by one.
  private static final int ROWS = 40;

  private final RunFile run;
  private final Map<Integer, Items> maps = new TreeMap<>();
  private final List<Rank> ranks = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /// The items of one map of the run.
  private static final class Items {
    private final BitSet all = new BitSet();
    private final BitSet done = new BitSet();
    private final Map<Integer, Entry.Failed> failures = new TreeMap<>();

    BitSet failed() {
      BitSet failed = new BitSet();
      failures.keySet().forEach(failed::set);
      failed.andNot(done);
      return failed;
    }

    /// What a resume does.
    BitSet open() {
      BitSet open = (BitSet) all.clone();
      open.andNot(done);
      return open;
    }
  }

  /// What one rank has told of one attempt, in its journal.
  private static final class Rank implements Consumer<Entry> {
    private final Path journal;
    private Entry.Header header;
    private final Map<Integer, Items> maps = new TreeMap<>();
    private final Slowest<Entry.Done> slowest = new Slowest<>(SLOWEST, Entry.Done::nanos);
    private final Map<Entry.Done, String> names = new HashMap<>();
    private long done;
    private long failed;
    private long nanos;

    /// Whether it came to its end, or was told to.
    private boolean ended;

    Rank(Path journal) {
      this.journal = journal;
    }

    @Override
    public void accept(Entry entry) {
      switch (entry) {
        case Entry.MapBegun begun -> of(begun.map()).all.set(0, Math.toIntExact(begun.items()));
        case Entry.Done item -> {
          of(item.map()).done.set(Math.toIntExact(item.item()));
          done++;
          nanos += item.nanos();
          slowest.add(item);
        }
        case Entry.Failed item -> {
          of(item.map()).failures.put(Math.toIntExact(item.item()), item);
          failed++;
          nanos += item.nanos();
        }
        case Entry.Named named ->
            slowest.stream()
                .filter(item -> item.map() == named.map() && item.item() == named.item())
                .forEach(item -> names.put(item, " (" + named.input() + ")"));
        case Entry.Ended _ -> ended = true;
        default -> {}
      }
    }

    private Items of(int map) {
      return maps.computeIfAbsent(map, _ -> new Items());
    }

    private double seconds() {
      return nanos / 1e9;
    }
  }

  private Autopsy(RunFile run) {
    this.run = run;
  }

  /// Reads what a run has left in its directory.
  ///
  /// @throws InputException if there is nothing of a run, or it can't be read
  public static Autopsy of(Path directory) {
    RunFile run = RunFile.existing(directory);
    Autopsy autopsy = new Autopsy(run);
    try {
      for (Path journal : RunPaths.list(directory)) {
        autopsy.read(journal);
      }
    } catch (IOException e) {
      throw FileErrors.input(RunPaths.journals(directory), "can't be read", e);
    }
    return autopsy;
  }

  private void read(Path journal) throws IOException {
    Rank rank = new Rank(journal);
    JournalReader.Reading reading = JournalReader.read(journal, Long.MAX_VALUE, rank);
    if (reading.problem() != null) {
      problems.add("%s: %s; what follows does not count".formatted(journal, reading.problem()));
    }
    rank.header = reading.header();
    if (rank.header == null || rank.header.run() != run.run()) {
      return; // of another run, or nothing at all
    }
    ranks.add(rank);
    rank.maps.forEach((number, theirs) -> {
      Items items = maps.computeIfAbsent(number, _ -> new Items());
      items.all.or(theirs.all);
      items.done.or(theirs.done);
      items.failures.putAll(theirs.failures);
    });
  }

  /// The items that a resume does, in order: those that failed, and those that nobody did. With the
  /// number of the map before them if the run has several.
  public List<String> open() {
    return maps.entrySet().stream()
        .flatMap(map -> map.getValue().open().stream().mapToObj(item -> name(map.getKey(), item)))
        .toList();
  }

  private String name(int map, long item) {
    return maps.size() == 1 ? Long.toString(item) : map + ":" + item;
  }

  /// The report, line by line, for a person.
  public List<String> report() {
    List<String> lines = new ArrayList<>();
    lines.add(run.command());
    lines.add(state());
    maps.forEach((number, items) -> states(lines, number, items));
    maps.forEach((_, items) -> failures(lines, items));
    slowest(lines);
    workers(lines, "rank", rank -> "%d on %s".formatted(rank.header.rank(), rank.header.host()));
    workers(lines, "host", rank -> rank.header.host());
    lines.addAll(lost());
    lines.addAll(problems);
    return lines;
  }

  /// What the last attempt's ranks had in hand that have not come to their end, as they are at work
  /// or were killed or cut off; a line each, for a person. If there are none, the same of those
  /// that a signal has ended.
  ///
  /// @throws InputException if that can't be read
  public List<String> lost() {
    if (!running()) {
      return List.of();
    }
    List<String> lost = inHand(false, "has not come to its end");
    return atMost(lost.isEmpty() ? inHand(true, "was ended by a signal") : lost);
  }

  private List<String> inHand(boolean ended, String how) {
    List<String> lines = new ArrayList<>();
    for (Rank rank : lastAttempt()) {
      List<String> inHand = rank.ended == ended ? inHand(rank) : List.of();
      if (!inHand.isEmpty()) {
        lines.add(
            "rank %d on %s (pid %d) %s, with %s in hand"
                .formatted(
                    rank.header.rank(),
                    rank.header.host(),
                    rank.header.pid(),
                    how,
                    (inHand.size() == 1 ? "item " : "items ") + String.join(", ", inHand)));
      }
    }
    return lines;
  }

  private static List<String> atMost(List<String> ranks) {
    List<String> lines = new ArrayList<>(ranks.subList(0, Math.min(ROWS, ranks.size())));
    if (ranks.size() > ROWS) {
      lines.add("and " + Count.of(ranks.size() - ROWS, "more rank"));
    }
    return lines;
  }

  private List<Rank> lastAttempt() {
    return ranks.stream()
        .filter(rank -> rank.header.attempt() == run.attempt())
        .sorted(Comparator.comparingInt(rank -> rank.header.rank()))
        .toList();
  }

  /// Whether the last attempt has not ended, as far as its ranks could tell.
  public boolean running() {
    return run.state() == RunFile.State.RUNNING;
  }

  /// What the last attempt does, line by line: how far all ranks are, and what each of the first of
  /// them has done and has in hand.
  ///
  /// @param now milliseconds since 1970
  /// @throws InputException if that can't be read
  public List<String> now(long now) {
    double seconds = running() ? Math.max(0, now - run.started()) / 1e3 : run.seconds();
    List<Rank> ranks = lastAttempt();
    long done = ranks.stream().mapToLong(rank -> rank.done).sum();
    long failed = ranks.stream().mapToLong(rank -> rank.failed).sum();
    long items = 0;
    long before = -done;
    for (Items each : maps.values()) {
      items += each.all.cardinality();
      before += each.done.cardinality();
    }
    List<String> rows = new ArrayList<>();
    int busy = 0;
    for (Rank rank : ranks) {
      List<String> inHand = running() ? inHand(rank) : List.of();
      busy += inHand.isEmpty() ? 0 : 1;
      rows.add(row(rank, seconds, String.join(" ", inHand)));
    }
    List<String> lines = new ArrayList<>(List.of(run.command(), state()));
    if (before > 0) {
      lines.add(Count.of(before, "item") + " done by earlier attempts");
    }
    if (items > before) {
      lines.add(new ProgressLine(items - before, done, failed, busy, run.ranks(), seconds).text());
    }
    lines.add("rank     items  failed   items/s  at work  host          in hand");
    lines.addAll(atMost(rows));
    return lines;
  }

  private List<String> inHand(Rank rank) {
    try {
      return InFlight.read(RunPaths.inFlight(rank.journal)).stream()
          .map(item -> name(item.map(), item.item()))
          .toList();
    } catch (IOException e) {
      throw FileErrors.input(rank.journal, "can't be read", e);
    }
  }

  private static String row(Rank rank, double seconds, String inHand) {
    double all = Math.max(seconds, 1e-3);
    return String.format(
            Locale.ROOT,
            "%4d %9d %7d %9.1f %7.0f%%  %-12s  %s",
            rank.header.rank(),
            rank.done,
            rank.failed,
            (rank.done + rank.failed) / all,
            100 * Math.min(1, rank.seconds() / all / rank.header.threads()),
            rank.header.host(),
            inHand)
        .stripTrailing();
  }

  private String state() {
    return "attempt %d, %s, %s of %s over %s"
        .formatted(
            run.attempt(),
            run.state().words(),
            Count.of(run.ranks(), "rank"),
            Count.of(run.threads(), "thread"),
            run.transport());
  }

  private void states(List<String> lines, int number, Items items) {
    BitSet failed = items.failed();
    BitSet untouched = items.open();
    untouched.andNot(failed);
    String map = maps.size() == 1 ? "" : "map %d: ".formatted(number);
    lines.add(
        "%s%s: %d done, %d failed, %d to do"
            .formatted(
                map,
                Count.of(items.all.cardinality(), "item"),
                items.done.cardinality(),
                failed.cardinality(),
                untouched.cardinality()));
    range(lines, "done", items.done);
    range(lines, "failed", failed);
    range(lines, "to do", untouched);
  }

  private static void range(List<String> lines, String state, BitSet items) {
    if (!items.isEmpty()) {
      lines.add("  %-7s %s".formatted(state, Ranges.of(items)));
    }
  }

  /// Failures with the same cause are one line.
  private static void failures(List<String> lines, Items items) {
    Map<String, List<Entry.Failed>> byCause = new LinkedHashMap<>();
    items.failures.forEach((item, failure) -> {
      if (!items.done.get(item)) {
        byCause.computeIfAbsent(failure.cause(), _ -> new ArrayList<>()).add(failure);
      }
    });
    byCause.entrySet().stream()
        .limit(CAUSES)
        .forEach(cause -> {
          Entry.Failed first = cause.getValue().getFirst();
          BitSet others = new BitSet();
          cause.getValue().stream().skip(1).forEach(failure -> others.set((int) failure.item()));
          lines.add(
              "item %d (%s) failed: %s%s; replay: %s"
                  .formatted(
                      first.item(),
                      first.input(),
                      cause.getKey(),
                      others.isEmpty() ? "" : " (and items %s)".formatted(Ranges.of(others)),
                      first.replay()));
        });
    if (byCause.size() > CAUSES) {
      lines.add("and %d other causes".formatted(byCause.size() - CAUSES));
    }
  }

  private void slowest(List<String> lines) {
    record Slow(Entry.Done item, Rank by) {}
    List<Slow> slowest =
        ranks.stream()
            .flatMap(rank -> rank.slowest.stream().map(item -> new Slow(item, rank)))
            .sorted(Comparator.comparingLong((Slow slow) -> slow.item.nanos()).reversed())
            .limit(SLOWEST)
            .toList();
    for (Slow slow : slowest) {
      lines.add(
          String.format(
              Locale.ROOT,
              "slow: item %s%s, %.3f s, rank %d on %s",
              name(slow.item.map(), slow.item.item()),
              slow.by.names.getOrDefault(slow.item, ""),
              slow.item.nanos() / 1e9,
              slow.by.header.rank(),
              slow.by.header.host()));
    }
  }

  /// A line for each rank, or for each host, over all attempts.
  private void workers(List<String> lines, String what, Function<Rank, String> name) {
    Map<String, List<Rank>> groups =
        ranks.stream()
            .sorted(Comparator.comparingInt(rank -> rank.header.rank()))
            .collect(Collectors.groupingBy(name, LinkedHashMap::new, Collectors.toList()));
    groups.forEach((group, theirs) ->
        lines.add(
            String.format(
                Locale.ROOT,
                "%s %s: %s done, %d failed, %.3f s of work",
                what,
                group,
                Count.of(theirs.stream().mapToLong(rank -> rank.done).sum(), "item"),
                theirs.stream().mapToLong(rank -> rank.failed).sum(),
                theirs.stream().mapToDouble(Rank::seconds).sum())));
  }
}
