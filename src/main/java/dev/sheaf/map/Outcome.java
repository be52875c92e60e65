package dev.sheaf.map;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;

/// What became of one item.
///
/// @param <R> the type of an item's result
public sealed interface Outcome<R> {
  /// The item's index.
  long item();

  /// The item is done.
  ///
  /// @param item the item's index
  /// @param value its result
  record Done<R>(long item, R value) implements Outcome<R> {}

  /// The item failed.
  ///
  /// @param item the item's index
  /// @param input its input, as a person would name it
  /// @param rank the rank that tried
  /// @param host that rank's host
  /// @param pid that rank's process
  /// @param attempts how often it was tried
  /// @param cause one line: what went wrong
  /// @param replay the command line that works on this item alone
  record Failed<R>(
      long item,
      String input,
      int rank,
      String host,
      long pid,
      int attempts,
      String cause,
      String replay)
      implements Outcome<R> {}

  /// The codec of outcomes whose values have the given codec.
  static <R> Codec<Outcome<R>> codec(Codec<R> values) {
    return Codecs.of((out, outcome) -> write(outcome, values, out), in -> read(values, in));
  }

  private static <R> void write(Outcome<R> outcome, Codec<R> values, Encoder out) {
    out.putLong(outcome.item());
    switch (outcome) {
      case Done<R> done -> {
        out.putBoolean(true);
        values.write(done.value, out);
      }
      case Failed<R> failed ->
          out.putBoolean(false)
              .putString(failed.input)
              .putInt(failed.rank)
              .putString(failed.host)
              .putLong(failed.pid)
              .putInt(failed.attempts)
              .putString(failed.cause)
              .putString(failed.replay);
    }
  }

  private static <R> Outcome<R> read(Codec<R> values, Decoder in) {
    long item = in.getLong();
    if (in.getBoolean()) {
      return new Done<>(item, values.read(in));
    }
    return new Failed<>(
        item,
        in.getString(),
        in.getInt(),
        in.getString(),
        in.getLong(),
        in.getInt(),
        in.getString(),
        in.getString());
  }
}
