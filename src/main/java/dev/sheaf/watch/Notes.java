package dev.sheaf.watch;

import dev.sheaf.comm.Progress;
import java.util.function.LongFunction;

/// This rank's own row, as it is written: calls by the rank's thread, items by its workers.
final class Notes implements Progress {
  private final Rows rows;
  private final int rank;
  private volatile LongFunction<String> inputs;
  private long calls;

  Notes(Rows rows, int rank) {
    this.rows = rows;
    this.rank = rank;
  }

  /// This rank is in a call from now on.
  ///
  /// @param world whether it is one on the communicator of all ranks
  void begin(Call call, boolean world) {
    boolean ofAll = world && call.collective();
    if (ofAll) {
      rows.increment(rank, Rows.COLLECTIVES);
    }
    rows.set(rank, Rows.CALL, call.word(++calls, ofAll));
  }

  /// The call is over.
  void over() {
    rows.set(rank, Rows.CALL, Call.over(rows.get(rank, Rows.CALL)));
  }

  /// The program has returned.
  void ended() {
    begin(Call.END, false);
    over();
  }

  @Override
  public void begin(LongFunction<String> names) {
    inputs = names;
    rows.increment(rank, Rows.MAPS);
  }

  @Override
  public void note(int thread, long item) {
    rows.setItem(rank, thread, item);
  }

  /// The input of an item that another rank has in hand, if it is in the same map as this one.
  String input(int other, long item) {
    LongFunction<String> names = inputs;
    boolean same = rows.get(other, Rows.MAPS) == rows.get(rank, Rows.MAPS);
    return names != null && same ? names.apply(item) : null;
  }
}
