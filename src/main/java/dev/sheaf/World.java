package dev.sheaf;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/// All ranks of a run, as one of them sees them.
///
/// **Collective** operations are made by every rank, in the same order. Where a rank makes another
/// one, or none, or with another root or length, all ranks are told by an [IllegalStateException];
/// a rank that never comes is told by the watchdog (`--stall`). What is wrong on this rank alone
/// throws [IllegalArgumentException] before anything is sent.
///
/// **Threads.** Only the thread that runs the [Program] may call this object, and not in the body
/// of a loop. The ranks of a program without a launcher are threads of one JVM: they share static
/// fields, and what the program has taken in from outside.
///
/// **Values** travel by a [Codec], never by Java's serialization. Without one they must be numbers,
/// strings, arrays or lists of these ([Codecs#PLAIN]); a record needs
/// `Codecs.ofRecord(Point.class)`.
public interface World {
  /// This rank's number, 0 to `size() - 1`. Local.
  default int rank() {
    return comm().rank();
  }

  /// The number of ranks. Local.
  default int size() {
    return comm().size();
  }

  /// Whether this is rank 0, which prints and writes files. Local.
  default boolean isRoot() {
    return rank() == 0;
  }

  /// The words of the command line that [Sheaf#run] has left. Local.
  List<String> args();

  /// The communicator of all ranks, for messages and collective operations on typed memory. Its
  /// calls are checked as those of this class, for an `allgather` of 16 bytes a rank before each
  /// collective one. Local.
  ///
  /// @throws IllegalStateException in the body of a loop
  Communicator comm();

  /// Does the turns of a loop, 0 to `n - 1`, on the threads of all ranks: in place of
  /// `IntStream.range(0, n).mapToObj(f).toList()`.
  ///
  /// A turn that throws is a failed item, told by [Results#failures]; the others go on. Results and
  /// their order are the same for any number of ranks and threads and any `--schedule`.
  ///
  /// Collective; returns when all is done. Bytes moved: the results once to rank 0, and from there
  /// to every rank. Have `f` write what is large, and return what is small.
  ///
  /// @param n how many turns, the same on every rank
  /// @param f the body; called by several threads at a time where a rank has several (`--threads`).
  ///   Its results are plain values; another is a failure of the item
  /// @return the results of all turns, on every rank
  default <R> Results<R> map(int n, Body<Integer, R> f) {
    return map(n, f, plain());
  }

  /// The same with results of any type.
  ///
  /// @param codec how a result becomes bytes, as `Codecs.ofRecord(Point.class)`
  <R> Results<R> map(int n, Body<Integer, R> f, Codec<R> codec);

  /// Does a turn for each input, such as files or seeds: as [#map(int, Body)].
  ///
  /// @param inputs the same on every rank
  /// @param f takes an item: its index, its input as a string or path, and its own stream of random
  ///   numbers, which depends on `--seed` and the index alone
  default <R> Results<R> map(List<?> inputs, Body<Item, R> f) {
    return map(inputs, f, plain());
  }

  /// The same with results of any type.
  ///
  /// @param codec how a result becomes bytes, as `Codecs.ofRecord(Point.class)`
  <R> Results<R> map(List<?> inputs, Body<Item, R> f, Codec<R> codec);

  /// Returns when every rank has called it. Collective.
  default void barrier() {
    comm().barrier();
  }

  /// The `value` of rank `root`, on every rank. Collective.
  ///
  /// @param value ignored on other ranks, may be `null` there
  default <T> T bcast(T value, int root) {
    return bcast(value, plain(), root);
  }

  /// The same with a value of any type.
  default <T> T bcast(T value, Codec<T> codec, int root) {
    return comm().bcastObject(value, codec, root);
  }

  /// Divides a list of rank `root` among the ranks, in even blocks: rank r has `n / p` of its
  /// elements in a row, one more if `r < n % p`. Collective. Bytes moved: each element once.
  ///
  /// @param all ignored on other ranks, may be `null` there
  /// @return this rank's block
  default <T> List<T> scatter(List<T> all, int root) {
    return scatter(all, plain(), root);
  }

  /// The same with elements of any type.
  <T> List<T> scatter(List<T> all, Codec<T> codec, int root);

  /// The elements of all ranks' lists, one list behind the other, on rank `root`; an empty list on
  /// the others. Collective. Bytes moved: each element once.
  ///
  /// @param mine of any length
  default <T> List<T> gather(List<T> mine, int root) {
    return gather(mine, plain(), root);
  }

  /// The same with elements of any type.
  <T> List<T> gather(List<T> mine, Codec<T> codec, int root);

  /// The sum of all ranks' numbers, exact and rounded once: the same however the numbers are
  /// divided among the ranks. Collective, on every rank; 568 bytes a rank.
  ///
  /// @param mine this rank's numbers, of any count
  double sum(double... mine);

  /// The sum of all ranks' integers; it wraps around. Collective, on every rank; 8 bytes a rank.
  ///
  /// @param mine this rank's numbers, of any count
  long sum(long... mine);

  /// Combines the values of all ranks, in the order of ranks, over a tree that their number alone
  /// determines: the same however they are divided, in this order, among the ranks. Collective, on
  /// every rank; all values travel to all ranks.
  ///
  /// @param mine this rank's values, of any count
  /// @param op associative, but for rounding
  /// @return empty if no rank has a value
  default <T> Optional<T> reduce(List<T> mine, BinaryOperator<T> op) {
    return reduce(mine, op, plain());
  }

  /// The same with values of any type.
  <T> Optional<T> reduce(List<T> mine, BinaryOperator<T> op, Codec<T> codec);

  /// What is written as a plain value comes back as the same type.
  @SuppressWarnings("unchecked")
  private static <T> Codec<T> plain() {
    return (Codec<T>) Codecs.PLAIN;
  }
}
