package dev.sheaf.watch;

import java.util.Locale;

/// The calls of a communicator that may wait for other ranks.
enum Call {
  BARRIER,
  SEND,
  RECV,
  PROBE,
  BCAST,
  SCATTERV,
  GATHERV,
  ALLGATHERV,
  REDUCE,
  ALLREDUCE,
  COUNTER,
  SHARED_MEMORY,
  SYNC,
  POSTBOX,
  SPLIT,
  /// None: the rank's program has ended.
  END;

  private static final Call[] CALLS = values();

  /// The call that a word of [Rows#CALL] tells of.
  static Call of(long word) {
    return CALLS[(int) (word >>> 2) & 0x3f];
  }

  /// Whether a rank that has made the call with this word is still in it.
  static boolean waits(long word) {
    return (word & 1) != 0;
  }

  /// Whether the call is a collective one on the communicator of all ranks.
  static boolean ofAll(long word) {
    return (word & 2) != 0;
  }

  /// The word of a rank that has come back from the call with this word.
  static long over(long word) {
    return word & ~1;
  }

  /// The word of a rank that is in this call.
  ///
  /// @param count how many calls the rank has made, so that no two words are alike
  @SuppressWarnings("EnumOrdinal") // all ranks run the same program
  long word(long count, boolean ofAll) {
    return count << 8 | (long) ordinal() << 2 | (ofAll ? 2 : 0) | 1;
  }

  /// Whether all ranks make it together.
  boolean collective() {
    return this != SEND && this != RECV && this != PROBE && this != END;
  }

  /// The name, in MPI's words.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
