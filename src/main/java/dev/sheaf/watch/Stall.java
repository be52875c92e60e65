package dev.sheaf.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// A stall that a view shows.
///
/// @param text who waits, in what, and who is absent, on one line
/// @param hopeless whether the job can never go on: a rank is lost, a rank has ended without a
///   collective call that others are in, or ranks are in different ones
record Stall(String text, boolean hopeless) {
  /// Ranks named one by one; the rest are counted.
  private static final int NAMED = 8;

  private static final String SILENT = ", then no sign of life (stopped, killed, or cut off)";

  private static final long SECOND = 1_000_000_000;

  /// No shorter silence is a loss, however short the patience: a JVM may be busy with itself.
  private static final long SILENCE = 5 * SECOND;

  /// Looks for a stall: ranks that have waited for `patience` nanoseconds or longer, and others
  /// that have neither waited nor gone on from what they do for as long; or nobody who does not
  /// wait. Ranks that go on, from item to item or from call to call, are no stall, however long
  /// others wait for them. Lost ranks are one, whatever the others do: a rank that the launcher has
  /// lost, at once; one that gives no sign of life, after `patience` or [#SILENCE].
  ///
  /// @param notes of the rank that tells it: they know the items' inputs
  /// @return the stall, or `null`
  static Stall in(View view, Member[] members, long patience, Notes notes) {
    IntFunction<String> describe = rank -> absent(view, members, rank, notes);
    int[] orphans = ranks(members, view::orphan);
    if (orphans.length > 0) {
      return lost("the launcher's process that started it is gone: ", orphans, describe);
    }
    long silence = Math.max(patience, SILENCE);
    int[] silent = ranks(members, rank -> !view.ended(rank) && view.silence(rank) >= silence);
    if (silent.length > 0) {
      return lost(view, members, silent, notes);
    }
    Map<String, List<Integer>> waiting = new LinkedHashMap<>();
    List<String> absent = new ArrayList<>();
    List<Integer> ended = new ArrayList<>();
    Map<Long, Call> collectives = new TreeMap<>();
    boolean differ = false;
    boolean othersGoOn = false;
    long longest = 0;
    for (int rank = 0; rank < members.length; rank++) {
      boolean goesOn = view.still(rank) < patience;
      if (view.ended(rank)) {
        ended.add(rank);
      } else if (view.silence(rank) >= patience) {
        absent.add(describe.apply(rank) + SILENT);
      } else if (view.silence(rank) >= patience / 2) {
        return null; // soon it is known whether it lives
      } else if (view.waits(rank)) {
        Call call = view.inCall(rank) ? view.call(rank) : Call.COUNTER;
        waiting.computeIfAbsent(call.toString(), _ -> new ArrayList<>()).add(rank);
        longest = Math.max(longest, view.still(rank));
        othersGoOn |= goesOn;
        if (Call.ofAll(view.word(rank, Rows.CALL))) {
          Call other = collectives.putIfAbsent(view.word(rank, Rows.COLLECTIVES), call);
          differ |= other != null && other != call;
        }
      } else if (goesOn) {
        othersGoOn = true;
      } else {
        absent.add(describe.apply(rank));
      }
    }
    if (longest < patience || (absent.isEmpty() && othersGoOn)) {
      return null;
    }
    boolean hopeless = absent.isEmpty() && differ;
    if (absent.isEmpty()) {
      for (int rank : ended) {
        absent.add(name(members, rank) + ", ended");
        long made = view.word(rank, Rows.COLLECTIVES);
        hopeless |= collectives.keySet().stream().anyMatch(number -> number > made);
      }
    }
    StringJoiner who = new StringJoiner(", ");
    waiting.forEach((call, ranks) ->
        who.add(
            (ranks.size() == 1 ? "rank %s waits in %s" : "ranks %s wait in %s")
                .formatted(ranges(ranks), call)));
    String whom = !absent.isEmpty() ? list(absent) : differ ? "none, but the calls differ" : "none";
    return new Stall(
        "stalled for %d s: %s; absent: %s".formatted(longest / SECOND, who, whom), hopeless);
  }

  /// Of ranks that are known to be lost.
  static Stall lost(View view, Member[] members, int[] ranks, Notes notes) {
    return lost("lost: ", ranks, rank -> absent(view, members, rank, notes) + SILENT);
  }

  private static int[] ranks(Member[] members, IntPredicate which) {
    return IntStream.range(0, members.length).filter(which).toArray();
  }

  private static Stall lost(String how, int[] ranks, IntFunction<String> describe) {
    return new Stall(how + list(IntStream.of(ranks).mapToObj(describe).toList()), true);
  }

  private static String name(Member[] members, int rank) {
    return "rank %d on %s (pid %d)".formatted(rank, members[rank].host(), members[rank].pid());
  }

  private static String absent(View view, Member[] members, int rank, Notes notes) {
    int hand = view.oldest(rank);
    String what = "no item and no call";
    long age = view.still(rank);
    if (view.inCall(rank)) {
      what = view.call(rank).toString();
    } else if (hand >= 0) {
      long item = Rows.item(view.word(rank, hand));
      String input = notes.input(rank, item);
      what = "item " + item + (input == null ? "" : " (" + input + ")");
      age = view.age(rank, hand);
    }
    return "%s, in %s for %d s".formatted(name(members, rank), what, age / SECOND);
  }

  private static String list(List<String> absent) {
    int more = absent.size() - NAMED;
    String named = String.join("; ", absent.subList(0, Math.min(NAMED, absent.size())));
    return more <= 0 ? named : named + "; and " + more + " more";
  }

  /// `0, 2-5, 9`.
  static String ranges(List<Integer> ranks) {
    StringJoiner text = new StringJoiner(", ");
    for (int from = 0; from < ranks.size(); ) {
      int to = from;
      while (to + 1 < ranks.size() && ranks.get(to + 1) == ranks.get(to) + 1) {
        to++;
      }
      text.add(from == to ? ranks.get(from).toString() : ranks.get(from) + "-" + ranks.get(to));
      from = to + 1;
    }
    return text.toString();
  }
}
