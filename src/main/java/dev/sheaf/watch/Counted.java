package dev.sheaf.watch;

import dev.sheaf.comm.Communicator;
import java.lang.foreign.Arena;
import java.util.function.Supplier;

/// A communicator, and how far its ranks are.
///
/// @param comm to be used from now on
/// @param tally costs a look at each rank's row in memory, and no message; until the watch is
///   closed. `null`: not known
public record Counted(Communicator comm, Supplier<Tally> tally) {
  /// Counts what a single rank does, with no watch beside it.
  ///
  /// @param threads how many of them may have items in hand
  public static Counted alone(Communicator comm, int threads) {
    int words = Rows.words(threads);
    Rows rows = new Rows(Arena.ofAuto().allocate((long) words * Long.BYTES, Long.BYTES), 1, words);
    Notes notes = new Notes(rows, 0, null);
    return new Counted(new Watched(comm, notes, true), notes::tally);
  }
}
