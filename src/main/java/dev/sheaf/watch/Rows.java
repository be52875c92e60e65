package dev.sheaf.watch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// What the ranks are doing: a row of 64-bit words for each, in memory that the ranks of a node
/// share. A rank writes its own row; whoever carries news between nodes writes those of other
/// nodes. Nothing in it is a time: clocks of hosts differ, so a reader takes by its own clock since
/// when it has seen a word unchanged.
final class Rows {
  /// Counted up by the process's watchdog thread: a sign of life.
  static final int BEAT = 0;

  /// The last call; see [Call].
  static final int CALL = 1;

  /// How many collective calls on the communicator of all ranks the rank has begun.
  static final int COLLECTIVES = 2;

  /// How many maps it has begun.
  static final int MAPS = 3;

  /// What ends the rank, as far as it knows itself: 0, [#ORPHAN] or [#TELLS].
  static final int END = 4;

  /// The launcher's process that started it is gone.
  static final long ORPHAN = 1;

  /// Something that it tells itself.
  static final long TELLS = 2;

  /// How many items the rank has done.
  static final int DONE = 5;

  /// How many items have failed.
  static final int FAILED = 6;

  /// The first thread's item plus 2, as the memory is zeros at first; see
  /// [dev.sheaf.comm.Progress].
  static final int HANDS = 7;

  /// Items are told from [dev.sheaf.comm.Progress#NOTHING] on, by words from 0 on.
  private static final int SHIFT = 2;

  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();
  private static final int CACHE_LINE = 64;

  private final MemorySegment memory;

  /// How many ranks have a row.
  final int ranks;

  /// The words of a row: whole cache lines, so that ranks don't slow each other down.
  final int words;

  Rows(MemorySegment memory, int ranks, int words) {
    this.memory = memory;
    this.ranks = ranks;
    this.words = words;
  }

  /// The words of a row for so many threads.
  static int words(int threads) {
    int line = CACHE_LINE / Long.BYTES;
    return Math.ceilDiv(HANDS + threads, line) * line;
  }

  long get(int rank, int word) {
    return (long) WORD.getAcquire(memory, offset(rank, word));
  }

  void set(int rank, int word, long value) {
    WORD.setRelease(memory, offset(rank, word), value);
  }

  /// Adds 1; only one thread at a time may write the word.
  long increment(int rank, int word) {
    long value = get(rank, word) + 1;
    set(rank, word, value);
    return value;
  }

  /// Adds 1; any thread may.
  void count(int rank, int word) {
    WORD.getAndAdd(memory, offset(rank, word), 1L);
  }

  private long offset(int rank, int word) {
    return ((long) rank * words + word) * Long.BYTES;
  }

  /// The item that a word of [#HANDS] tells of.
  static long item(long word) {
    return word - SHIFT;
  }

  /// Whether a thread of the rank has an item in hand.
  boolean busy(int rank) {
    for (int word = HANDS; word < words; word++) {
      if (item(get(rank, word)) >= 0) {
        return true;
      }
    }
    return false;
  }

  void setItem(int rank, int thread, long item) {
    if (thread < words - HANDS) {
      set(rank, HANDS + thread, item + SHIFT);
    }
  }
}
