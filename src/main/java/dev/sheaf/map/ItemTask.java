package dev.sheaf.map;

import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import java.io.IOException;

/// What one thread does with one item. Each thread has a task object of its own, so the object may
/// hold buffers and decoders; it is closed when the thread has no more items.
///
/// @param <R> the type of an item's result
@FunctionalInterface
public interface ItemTask<R> extends AutoCloseable {
  /// Works on one item.
  ///
  /// @return the result, which depends on the item alone
  /// @throws Exception makes the item's outcome a failure; the other items go on
  R apply(long item) throws Exception;

  /// The item in hand took longer than [MapOptions#timeout]; whatever comes of it is dropped, and
  /// another task, on another thread, goes on with the other items. Ends what [#apply] does, if
  /// that can be ended. Called by another thread; must not block.
  ///
  /// Where nothing is done here, the thread goes on for as long as the item takes: what it writes
  /// beside its result must do no harm then.
  default void cancel() {}

  /// Whether what the last [#apply] did may count when the run is resumed; if not, the item is then
  /// done again.
  default boolean counts() {
    return true;
  }

  /// Appends to the item's record what the last [#apply] has made beside its result, in memory, for
  /// [#restore].
  default void keep(Encoder out) {}

  /// What the last [#apply] has made counts from now on: it was in time, and is in the log, if
  /// there is one and the task does not gather. The place to add it to what the thread has of all
  /// its items.
  default void done() {}

  /// Whether [#done] gathers what items have made beside their results, for [#settle], instead of
  /// what [#keep] appends to the record of each: where that is much, and the same size for many
  /// items as for one. They then are in the log together, some at a time, or not at all. Not for
  /// items with files of their own, or that may not count.
  default boolean gathers() {
    return false;
  }

  /// Adds what [#done] has gathered since the last call to what the rank has, and begins anew.
  /// Called now and then, and when the thread has no more items; maybe by another thread, while
  /// this one is in an item that has been given up.
  ///
  /// @param kept appends it there too, for [#restore] of one of the items; `null` without a log
  default void settle(Encoder kept) {}

  /// Does again what [#apply] and [#done] do beside the result, in memory, for an item that an
  /// earlier attempt has done. The files that it wrote are there.
  ///
  /// @param kept what [#keep] or [#settle] appended, to be read to its end; nothing, if [#settle]
  ///   appended it for another item
  default void restore(long item, R result, Decoder kept) {}

  @Override
  default void close() throws IOException {}
}
