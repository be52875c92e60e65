package dev.sheaf.map;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.comm.Progress;
import dev.sheaf.journal.MapLog;
import dev.sheaf.journal.Missing;
import dev.sheaf.journal.PastItem;
import dev.sheaf.process.ExitCall;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// One rank's part of a map: its threads and the outcomes that they have so far.
final class Work<R> {
  private final Communicator comm;
  private final Items items;
  private final MapOptions options;
  private final Supplier<? extends ItemTask<R>> tasks;
  private final Dispenser dispenser;
  private final Counter shared;
  private final Codec<R> values;
  private final Drain drain;
  private final MapLog log;
  private final Missing missing;
  private final Queue<PastItem> earlier;
  private final List<Outcome<R>> outcomes = new ArrayList<>();
  private long done;
  private volatile boolean cancelled;

  /// @param dispenser of all items, or of those that are missing
  /// @param log what is done is logged there, or `null`
  /// @param missing the items to do; `null` for all
  /// @param earlier what this rank is to gather of earlier attempts; taken out
  Work(
      Communicator comm,
      Items items,
      MapOptions options,
      Supplier<? extends ItemTask<R>> tasks,
      Dispenser dispenser,
      Counter shared,
      Codec<R> values,
      Drain drain,
      MapLog log,
      Missing missing,
      Queue<PastItem> earlier) {
    this.comm = comm;
    this.items = items;
    this.options = options;
    this.tasks = tasks;
    this.dispenser = dispenser;
    this.shared = shared;
    this.values = values;
    this.drain = drain;
    this.log = log;
    this.missing = missing;
    this.earlier = earlier;
  }

  /// How many items this rank has done.
  long done() {
    return done;
  }

  /// Works until the dispenser is empty; the outcomes are in no particular order.
  List<Outcome<R>> run() throws Exception {
    long timeout = options.timeout().toNanos();
    if (options.threads() == 1 && timeout == 0) {
      new Worker(0).run();
      return outcomes;
    }
    // The caller waits for all threads, or for the first that breaks: then it leaves at once, so
    // that the job ends also while other threads are deep in an item.
    AtomicReference<Throwable> broken = new AtomicReference<>();
    CountDownLatch running = new CountDownLatch(options.threads());
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < options.threads(); i++) {
      workers.add(start(new Worker(i), running, broken));
    }
    try {
      if (timeout == 0) {
        running.await();
      } else {
        while (!running.await(nextDeadline(workers, timeout), TimeUnit.NANOSECONDS)) {
          workers.replaceAll(worker -> {
            Worker relief = worker.relief(timeout);
            return relief == worker ? worker : start(relief, running, broken);
          });
        }
      }
    } catch (InterruptedException e) {
      cancelled = true;
      throw e;
    }
    Throwable failure = broken.get();
    if (failure == null) {
      return outcomes;
    }
    cancelled = true;
    if (failure instanceof Exception e) {
      throw e;
    }
    throw (Error) failure;
  }

  /// Runs a worker on a thread of its own.
  ///
  /// @param running counts the workers that are to come to an end; one that was relieved is not
  ///   among them
  private Worker start(Worker worker, CountDownLatch running, AtomicReference<Throwable> broken) {
    Thread thread =
        new Thread(
            () -> {
              try {
                if (worker.run()) {
                  running.countDown();
                }
              } catch (Throwable e) {
                broken.compareAndSet(null, e);
                while (running.getCount() > 0) {
                  running.countDown();
                }
              }
            },
            Thread.currentThread().getName() + "-worker-" + worker.index);
    thread.setDaemon(true);
    thread.start();
    return worker;
  }

  /// In how many nanoseconds the first of the items in hand will be late.
  private long nextDeadline(List<Worker> workers, long timeout) {
    long longest = 0;
    for (Worker worker : workers) {
      longest = Math.max(longest, worker.tryingFor());
    }
    return timeout - Math.min(longest, timeout);
  }

  /// One thread: takes ranges, works on their items, and adds its outcomes to the rank's at the
  /// end.
  ///
  /// When an item is late, another worker takes its place: outcomes, items, attempts and all. From
  /// then on this one has nothing to say; its thread ends when the item lets it.
  private final class Worker {
    private final int index;
    private final Progress progress = comm.progress();
    private final List<Outcome<R>> mine;
    private long mineDone;
    private volatile long item; // in hand
    private long at; // its number among those to do
    private long to; // the number after the last of the range
    private int attempts; // failed ones, at the item in hand
    private String cause;
    private long lastPoll = System.nanoTime();
    private ItemTask<R> task;
    private long begun; // by System.nanoTime; this and those below are guarded by this
    private boolean trying;
    private boolean relieved;

    Worker(int index) {
      this.index = index;
      this.mine = new ArrayList<>();
    }

    private Worker(Worker late, String cause) {
      index = late.index;
      mine = late.mine;
      mineDone = late.mineDone;
      item = late.item;
      at = late.at;
      to = late.to;
      attempts = late.attempts;
      failed(cause);
    }

    /// Works until there is nothing more to do, or until another takes this one's place.
    ///
    /// @return whether none has
    boolean run() throws Exception {
      ExitCall.during(() -> name(item), this::work);
      synchronized (this) {
        return !relieved;
      }
    }

    private void work() throws Exception {
      try (ItemTask<R> made = tasks.get()) {
        task = made;
        for (var done = earlier.poll(); done != null; done = earlier.poll()) {
          Decoder in = new Decoder(done.value());
          R value = values.read(in);
          task.restore(done.item(), value, in);
          in.end();
          mine.add(new Outcome.Done<>(done.item(), value));
        }
        while (hasItem() && !stopped()) {
          if (!attempt()) {
            return;
          }
        }
        if (attempts > 0) { // stopped before the item was tried again
          giveUp();
        }
        settle();
        progress.note(index, Progress.NOTHING);
      } catch (IOException | RuntimeException e) {
        if (isRelieved()) {
          return;
        }
        throw e;
      }
      synchronized (outcomes) {
        outcomes.addAll(mine);
        done += mineDone;
      }
    }

    private boolean hasItem() {
      if (at == to) {
        progress.note(index, Progress.NEXT);
        Range range = dispenser.next();
        at = range.from();
        to = Math.max(range.from(), range.to());
      }
      if (at == to) {
        return false;
      }
      item = missing == null ? at : missing.item(at);
      return true;
    }

    /// Tries the item in hand, again after a pause if it has failed before.
    ///
    /// @return whether nobody has taken this one's place meanwhile
    private boolean attempt() {
      progress.note(index, item);
      if (attempts > 0 && !pause()) {
        return true;
      }
      if (log != null && attempts == 0) {
        log.begin(index, item);
      }
      begin();
      try {
        R value = task.apply(item);
        boolean counts = task.counts();
        if (!end()) {
          return false;
        }
        if (drain.timed()) {
          drain.took(System.nanoTime() - begun);
        }
        if (log != null && counts) {
          Encoder record = new Encoder();
          values.write(value, record);
          if (task.gathers()) {
            log.waits(index, item, record.toByteArray());
          } else {
            task.keep(record);
            log.done(index, item, record.toByteArray());
          }
        }
        task.done();
        mineDone++;
        progress.ended(false);
        if (!values.equals(Codecs.NOTHING)) {
          mine.add(new Outcome.Done<>(item, value));
        }
        next();
      } catch (Exception | AssertionError | StackOverflowError e) {
        if (!end()) {
          return false;
        }
        failed(Causes.line(e));
      } catch (Error e) {
        if (!end()) {
          return false;
        }
        throw new IllegalStateException(name(item) + " ended its rank", e);
      }
      if (log != null && log.due(index)) {
        settle();
      }
      progress.note(index, Progress.NEXT);
      return true;
    }

    private void settle() {
      if (log == null) {
        task.settle(null);
      } else {
        log.write(index, task::settle);
      }
    }

    /// Waits before the next attempt.
    ///
    /// @return whether there is to be one: the map was not stopped meanwhile
    private boolean pause() {
      long end = System.nanoTime() + Backoff.nanos(attempts);
      while (!stopped()) {
        long rest = end - System.nanoTime();
        if (rest <= 0) {
          return true;
        }
        LockSupport.parkNanos(Math.min(rest, OrderedMap.STOP_POLL_NANOS));
      }
      return false;
    }

    private synchronized void begin() {
      begun = System.nanoTime();
      trying = true;
    }

    /// Whether what has come of the item in hand counts: it was not given up.
    private synchronized boolean end() {
      trying = false;
      return !relieved;
    }

    private synchronized boolean isRelieved() {
      return relieved;
    }

    /// For how many nanoseconds it has been at the item in hand.
    synchronized long tryingFor() {
      return trying ? System.nanoTime() - begun : 0;
    }

    /// Who goes on in this one's place, if the item in hand is late; else this one.
    Worker relief(long timeout) {
      synchronized (this) {
        if (!trying || System.nanoTime() - begun < timeout) {
          return this;
        }
        relieved = true;
      }
      task.cancel();
      settle();
      return new Worker(
          this,
          "given up after "
              + BigDecimal.valueOf(timeout, 9).stripTrailingZeros().toPlainString()
              + " s (--timeout)");
    }

    private void next() {
      at++;
      attempts = 0;
    }

    /// An attempt at the item in hand has failed.
    private void failed(String why) {
      cause = why;
      attempts++;
      if (attempts > options.retries()) {
        giveUp();
      }
    }

    private void giveUp() {
      Outcome.Failed<R> failure = failure();
      if (log != null) {
        log.failed(index, item, failure.input(), attempts, failure.cause(), failure.replay());
      }
      mine.add(failure);
      progress.ended(true);
      next();
    }

    private String name(long item) {
      return "item %d (%s)".formatted(item, items.input().apply(item));
    }

    private Outcome.Failed<R> failure() {
      if (options.stopOnError()) {
        shared.getAndAdd(OrderedMap.STOP);
        cancelled = true;
      }
      return new Outcome.Failed<>(
          item,
          items.input().apply(item),
          comm.rank(),
          comm.host(),
          ProcessHandle.current().pid(),
          attempts,
          cause,
          items.replay().apply(item));
    }

    /// Whether a thread of this rank has stopped the map, or, looked up now and then, of another.
    private boolean stopped() {
      if (!cancelled) {
        long now = System.nanoTime();
        if (drain.asked(now)) {
          cancelled = true;
        } else if (now - lastPoll > OrderedMap.STOP_POLL_NANOS) {
          lastPoll = now;
          cancelled = shared.getAndAdd(0) >= OrderedMap.STOP;
        }
      }
      return cancelled;
    }
  }
}
