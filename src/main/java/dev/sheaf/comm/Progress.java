package dev.sheaf.comm;

import java.util.function.LongFunction;

/// Where the threads of a rank note what they work on, for whoever watches the job: see
/// [Communicator#progress()]. A note costs a store to memory, an item that has ended an atomic
/// addition.
public interface Progress {
  /// Instead of an item: the thread asks for its next one, which may wait for rank 0.
  long NEXT = -1;

  /// Instead of an item: the thread has nothing in hand.
  long NOTHING = -2;

  /// Notes go nowhere: nobody watches.
  Progress UNSEEN =
      new Progress() {
        @Override
        public void begin(LongFunction<String> inputs, long items) {}

        @Override
        public void note(int thread, long item) {}

        @Override
        public void ended(boolean failed) {}
      };

  /// A map begins.
  ///
  /// @param inputs an item's input as a person would name it; the same on every rank
  /// @param items how many of them are to be done, on all ranks
  void begin(LongFunction<String> inputs, long items);

  /// What a thread has in hand from now on.
  ///
  /// @param thread which of this rank's threads, 0 or more
  /// @param item an item of the map, [#NEXT] or [#NOTHING]
  void note(int thread, long item);

  /// A thread is through with an item.
  ///
  /// @param failed whether it has failed for good
  void ended(boolean failed);
}
