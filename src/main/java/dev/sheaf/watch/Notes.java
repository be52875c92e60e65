package dev.sheaf.watch;

import dev.sheaf.comm.Progress;
import dev.sheaf.process.LastWords;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/// This rank's own row, as it is written: calls by the rank's thread, items by its workers.
final class Notes implements Progress {
  private final Rows rows;
  private final int rank;
  private volatile LongFunction<String> inputs;
  private final AtomicLong items = new AtomicLong(); // of all maps
  private volatile long begin = System.nanoTime(); // of the first map
  private long calls;

  /// `null` where nobody asks for them.
  private final LastWords lastWords;

  Notes(Rows rows, int rank, LastWords lastWords) {
    this.rows = rows;
    this.rank = rank;
    this.lastWords = lastWords;
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
  public void begin(LongFunction<String> names, long count) {
    inputs = names;
    if (items.get() == 0) {
      begin = System.nanoTime();
    }
    items.addAndGet(count);
    rows.increment(rank, Rows.MAPS);
  }

  @Override
  public void note(int thread, long item) {
    rows.setItem(rank, thread, item);
    if (lastWords != null) {
      lastWords.note(thread, item);
    }
  }

  @Override
  public void ended(boolean failed) {
    rows.count(rank, failed ? Rows.FAILED : Rows.DONE);
  }

  /// How far all ranks are.
  Tally tally() {
    long done = 0;
    long failed = 0;
    int busy = 0;
    for (int each = 0; each < rows.ranks; each++) {
      done += rows.get(each, Rows.DONE);
      failed += rows.get(each, Rows.FAILED);
      busy += rows.busy(each) ? 1 : 0;
    }
    return new Tally(items.get(), done, failed, busy, (System.nanoTime() - begin) / 1e9);
  }

  /// The input of an item that another rank has in hand, if it is in the same map as this one.
  String input(int other, long item) {
    LongFunction<String> names = inputs;
    boolean same = rows.get(other, Rows.MAPS) == rows.get(rank, Rows.MAPS);
    return names != null && same ? names.apply(item) : null;
  }
}
