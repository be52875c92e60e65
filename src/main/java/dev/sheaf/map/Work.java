package dev.sheaf.map;

import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.ExitCall;
import dev.sheaf.comm.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// One rank's part of a map: its threads and the outcomes that they have so far.
final class Work<R> {
  private final Communicator comm;
  private final Items items;
  private final MapOptions options;
  private final Supplier<? extends ItemTask<R>> tasks;
  private final Dispenser dispenser;
  private final Counter shared;
  private final boolean keepValues;
  private final List<Outcome<R>> outcomes = new ArrayList<>();
  private long done;
  private volatile boolean cancelled;

  Work(
      Communicator comm,
      Items items,
      MapOptions options,
      Supplier<? extends ItemTask<R>> tasks,
      Dispenser dispenser,
      Counter shared,
      boolean keepValues) {
    this.comm = comm;
    this.items = items;
    this.options = options;
    this.tasks = tasks;
    this.dispenser = dispenser;
    this.shared = shared;
    this.keepValues = keepValues;
  }

  /// How many items this rank has done.
  long done() {
    return done;
  }

  /// Works until the dispenser is empty; the outcomes are in no particular order.
  List<Outcome<R>> run() throws Exception {
    if (options.threads() == 1) {
      new Worker(0).run();
      return outcomes;
    }
    // The caller waits for all threads, or for the first that breaks: then it leaves at once, so
    // that the job ends also while other threads are deep in an item.
    AtomicReference<Throwable> broken = new AtomicReference<>();
    CountDownLatch running = new CountDownLatch(options.threads());
    for (int i = 0; i < options.threads(); i++) {
      int index = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  new Worker(index).run();
                  running.countDown();
                } catch (Throwable e) {
                  broken.compareAndSet(null, e);
                  while (running.getCount() > 0) {
                    running.countDown();
                  }
                }
              },
              Thread.currentThread().getName() + "-worker-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    try {
      running.await();
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

  /// One thread: takes ranges, works on their items, and adds its outcomes to the rank's at the
  /// end.
  private final class Worker {
    private final int index;
    private final Progress progress = comm.progress();
    private final List<Outcome<R>> mine = new ArrayList<>();
    private long mineDone;
    private volatile long inHand;
    private long lastPoll = System.nanoTime();

    Worker(int index) {
      this.index = index;
    }

    void run() throws Exception {
      ExitCall.during(() -> name(inHand), this::work);
    }

    private void work() throws Exception {
      try (ItemTask<R> task = tasks.get()) {
        progress.note(index, Progress.NEXT);
        Range range = dispenser.next();
        while (!range.isEmpty() && !stopped()) {
          for (long item = range.from(); item < range.to() && !stopped(); item++) {
            inHand = item;
            progress.note(index, item);
            attempt(task, item);
            progress.note(index, Progress.NEXT);
          }
          range = dispenser.next();
        }
        progress.note(index, Progress.NOTHING);
      }
      synchronized (outcomes) {
        outcomes.addAll(mine);
        done += mineDone;
      }
    }

    private void attempt(ItemTask<R> task, long item) {
      for (int attempt = 1; ; attempt++) {
        try {
          R value = task.apply(item);
          mineDone++;
          if (keepValues) {
            mine.add(new Outcome.Done<>(item, value));
          }
          return;
        } catch (Exception | AssertionError | StackOverflowError e) {
          if (attempt > options.retries()) {
            mine.add(failure(item, attempt, e));
            return;
          }
        } catch (Error e) {
          throw new IllegalStateException(name(item) + " ended its rank", e);
        }
      }
    }

    private String name(long item) {
      return "item %d (%s)".formatted(item, items.input().apply(item));
    }

    private Outcome.Failed<R> failure(long item, int attempts, Throwable cause) {
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
          Causes.line(cause),
          items.replay().apply(item));
    }

    /// Whether a thread of this rank has stopped the map, or, looked up now and then, of another.
    private boolean stopped() {
      if (!cancelled && options.stopOnError()) {
        long now = System.nanoTime();
        if (now - lastPoll > OrderedMap.STOP_POLL_NANOS) {
          lastPoll = now;
          cancelled = shared.getAndAdd(0) >= OrderedMap.STOP;
        }
      }
      return cancelled;
    }
  }
}
