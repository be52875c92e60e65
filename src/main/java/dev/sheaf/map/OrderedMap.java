package dev.sheaf.map;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.comm.Op;
import dev.sheaf.journal.MapLog;
import dev.sheaf.journal.Missing;
import dev.sheaf.journal.PastItem;
import dev.sheaf.report.Phase;
import dev.sheaf.report.Phases;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/// Applies a task to every item on all ranks and gathers the outcomes in item order on rank 0: a
/// loop over items, in parallel.
///
/// **Item failures are values.** An exception (also an assertion or a stack overflow) in one item
/// is gathered and reported as that item's outcome; the map completes. Any other error ends every
/// rank.
///
/// **Same result.** Values and their order depend on the items alone, not on ranks, threads or
/// schedule.
public final class OrderedMap {
  /// A shared counter at or above this value says: hand out no more items. More than any number of
  /// items, and far enough from overflow for all workers to add it at once.
  static final long STOP = 1L << 48;

  /// How often a thread looks whether another one has failed.
  static final long STOP_POLL_NANOS = 10_000_000;

  /// Outcomes travel to rank 0 in pages of about this many bytes a rank.
  private static final int PAGE_BYTES = 8 << 20;

  private OrderedMap() {}

  /// Works on all items. Collective; blocks until all items have their outcome on rank 0. Bytes
  /// moved: the encoded outcomes, once, to rank 0.
  ///
  /// @param comm the ranks that share the work
  /// @param items the items, the same on every rank
  /// @param options how; the same on every rank
  /// @param tasks makes the task of each thread, on that thread
  /// @param values the codec of the results; with [Codecs#NOTHING] only failures are gathered
  /// @param phases takes the times
  /// @param drain ends the map early
  /// @throws Exception what making or closing a task threw: not an item's failure, it ends every
  ///   rank
  public static <R> MapResult<R> map(
      Communicator comm,
      Items items,
      MapOptions options,
      Supplier<? extends ItemTask<R>> tasks,
      Codec<R> values,
      Phases phases,
      Drain drain)
      throws Exception {
    return map(comm, items, options, tasks, values, phases, drain, null, null);
  }

  /// Works on some items, as those that earlier attempts at the map have not done, and logs what is
  /// done. Collective, and blocks, as the other.
  ///
  /// @param log this rank's, or `null`
  /// @param missing the items to do; `null` for all
  public static <R> MapResult<R> map(
      Communicator comm,
      Items items,
      MapOptions options,
      Supplier<? extends ItemTask<R>> tasks,
      Codec<R> values,
      Phases phases,
      Drain drain,
      MapLog log,
      Missing missing)
      throws Exception {
    drain.heed();
    // Not try-with-resources: closing is collective, and a rank that fails must not wait for
    // others.
    Counter shared = comm.counter();
    long count = missing == null ? items.count() : missing.count();
    Dispenser dispenser;
    try (var _ = phases.start(Phase.SCATTER)) {
      dispenser = Dispenser.of(count, options, comm, shared);
    }
    comm.progress().begin(items.input(), count);
    Queue<PastItem> earlier = new ConcurrentLinkedQueue<>();
    if (log != null && !values.equals(Codecs.NOTHING)) {
      earlier.addAll(log.mine());
    }
    Work<R> work =
        new Work<>(
            comm, items, options, tasks, dispenser, shared, values, drain, log, missing, earlier);
    List<Outcome<R>> outcomes;
    drain.begin(shared);
    try (var _ = phases.start(Phase.COMPUTE)) {
      outcomes = work.run();
    }
    try (var _ = phases.start(Phase.GATHER)) {
      drain.end(comm);
      long done = work.done();
      if (log != null) {
        log.name(items.input());
        done += log.mine().size();
        addPoison(comm, items, log, outcomes);
      }
      MapResult<R> result = gather(comm, items.count(), outcomes, done, values);
      shared.close();
      return result;
    }
  }

  /// The same, of a run that does not end early.
  public static <R> MapResult<R> map(
      Communicator comm,
      Items items,
      MapOptions options,
      Supplier<? extends ItemTask<R>> tasks,
      Codec<R> values,
      Phases phases)
      throws Exception {
    return map(comm, items, options, tasks, values, phases, new Drain(false));
  }

  /// Adds, on rank 0, the items that are set aside because ranks died with them.
  private static <R> void addPoison(
      Communicator comm, Items items, MapLog log, List<Outcome<R>> outcomes) {
    if (comm.rank() == 0) {
      log.poison()
          .forEach((item, hosts) ->
              outcomes.add(
                  new Outcome.Failed<>(
                      item,
                      items.input().apply(item),
                      0,
                      hosts.getLast(),
                      ProcessHandle.current().pid(),
                      hosts.size(),
                      "set aside: its rank died with it in hand %s (host %s); --poison 0 tries it again"
                          .formatted(
                              hosts.size() == 2 ? "twice" : hosts.size() + " times",
                              String.join(", host ", hosts)),
                      items.replay().apply(item))));
    }
  }

  /// Gathers the outcomes of items that the ranks have worked on in a way of their own. Collective;
  /// bytes moved as by [#map].
  ///
  /// @param n how many items there are on all ranks
  /// @param outcomes of this rank's items, in any order; no item has one on two ranks
  /// @param doneHere how many items this rank has done
  /// @param values the codec of the results; with [Codecs#NOTHING] only failures are gathered
  public static <R> MapResult<R> gather(
      Communicator comm, long n, List<Outcome<R>> outcomes, long doneHere, Codec<R> values) {
    long done = comm.allreduce(doneHere, Op.SUM);
    long failed =
        comm.allreduce(outcomes.stream().filter(o -> o instanceof Outcome.Failed).count(), Op.SUM);
    List<R> ordered = List.of();
    List<Outcome.Failed<R>> failures = new ArrayList<>();
    if (comm.rank() == 0 && !values.equals(Codecs.NOTHING)) {
      ordered = new ArrayList<>(Collections.nCopies(Math.toIntExact(n), null));
    }
    Codec<Outcome<R>> codec = Outcome.codec(values);
    int sent = 0;
    while (comm.allreduce(outcomes.size() - sent, Op.MAX) > 0) {
      Encoder page = new Encoder();
      while (sent < outcomes.size() && page.size() < PAGE_BYTES) {
        codec.write(outcomes.get(sent++), page);
      }
      for (byte[] received : comm.gatherObjects(page.toByteArray(), Codecs.BYTES, 0)) {
        Decoder in = new Decoder(received);
        while (in.hasRemaining()) {
          switch (codec.read(in)) {
            case Outcome.Done<R> d -> ordered.set(Math.toIntExact(d.item()), d.value());
            case Outcome.Failed<R> f -> failures.add(f);
          }
        }
      }
    }
    failures.sort((a, b) -> Long.compare(a.item(), b.item()));
    return new MapResult<>(
        Collections.unmodifiableList(ordered), failures, done, failed, n - done - failed);
  }
}
