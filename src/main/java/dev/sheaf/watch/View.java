package dev.sheaf.watch;

import dev.sheaf.comm.Progress;
import java.util.Arrays;

/// All rows as one rank has seen them, and since when each word has been the same by its own clock.
final class View {
  private final Rows rows;
  private final int[] leaders;
  private final long[] last;
  private final long[] since;
  private long now;

  /// @param leaders for each rank the lowest rank of its process, whose thread beats for it
  View(Rows rows, int[] leaders, long now) {
    this.rows = rows;
    this.leaders = leaders;
    last = new long[rows.ranks * rows.words];
    since = new long[last.length];
    this.now = now;
    restart();
    look(now);
  }

  /// Takes in what has changed.
  ///
  /// @param now [System#nanoTime]
  void look(long now) {
    this.now = now;
    for (int i = 0; i < last.length; i++) {
      long word = rows.get(i / rows.words, i % rows.words);
      if (word != last[i]) {
        last[i] = word;
        since[i] = now;
      }
    }
  }

  /// Forgets since when words have been unchanged: while nobody looked, nothing was seen of those
  /// that would have changed.
  void restart() {
    Arrays.fill(since, now);
  }

  /// For how many nanoseconds no sign of life of the rank's process has been seen.
  long silence(int rank) {
    return now - since[leaders[rank] * rows.words + Rows.BEAT];
  }

  /// For how many nanoseconds nothing has changed in what the rank does.
  long still(int rank) {
    long age = Long.MAX_VALUE;
    for (int word = Rows.BEAT + 1; word < rows.words; word++) {
      age = Math.min(age, age(rank, word));
    }
    return age;
  }

  /// The same for one word.
  long age(int rank, int word) {
    return now - since[rank * rows.words + word];
  }

  long word(int rank, int word) {
    return last[rank * rows.words + word];
  }

  /// The rank's last call.
  Call call(int rank) {
    return Call.of(word(rank, Rows.CALL));
  }

  boolean inCall(int rank) {
    return Call.waits(word(rank, Rows.CALL));
  }

  boolean ended(int rank) {
    return call(rank) == Call.END;
  }

  /// Whether the launcher can't end the rank any more.
  boolean orphan(int rank) {
    return word(rank, Rows.END) == Rows.ORPHAN && !ended(rank);
  }

  /// Whether the rank's program has returned, or the rank has told why it ends, or is about to.
  boolean told(int rank) {
    return word(rank, Rows.END) == Rows.TELLS || ended(rank);
  }

  /// Whether the rank waits for others: in a call, or for its next item.
  boolean waits(int rank) {
    return inCall(rank) || (oldest(rank) < 0 && asksForItem(rank));
  }

  private boolean asksForItem(int rank) {
    for (int word = Rows.HANDS; word < rows.words; word++) {
      if (Rows.item(word(rank, word)) == Progress.NEXT) {
        return true;
      }
    }
    return false;
  }

  /// The word of the item that the rank has had in hand for the longest time; -1 if it has none.
  int oldest(int rank) {
    int oldest = -1;
    for (int word = Rows.HANDS; word < rows.words; word++) {
      if (Rows.item(word(rank, word)) >= 0 && (oldest < 0 || age(rank, word) > age(rank, oldest))) {
        oldest = word;
      }
    }
    return oldest;
  }
}
