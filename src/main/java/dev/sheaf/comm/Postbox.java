package dev.sheaf.comm;

/// Short messages between the ranks of a communicator that never wait, whatever calls the ranks are
/// in meanwhile: for a thread beside the one that calls the communicator. One thread at a time uses
/// a rank's postbox.
public interface Postbox extends AutoCloseable {
  /// Sends a copy of the words to `dest`, unless an earlier message to it is still on its way: then
  /// drops them.
  ///
  /// @param words at most as many as the postbox was made for
  void post(long[] words, int dest);

  /// Receives a message into the first elements of `words`, if there is one.
  ///
  /// @param words as long as the longest message
  /// @return whether there was one
  boolean poll(long[] words);

  /// Ends this rank's use. Collective, may wait for the other ranks, as the freeing of a [Counter].
  @Override
  void close();
}
