package dev.sheaf.journal;

import dev.sheaf.InputException;
import dev.sheaf.foreign.NativeFunction;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/// Makes durable what a rank has written: results and journal, by one `syncfs` of the directory's
/// file system, then a record that says so.
final class Flusher {
  private static final long EVERY_NANOS = 5_000_000_000L;

  private final Path directory;
  private final JournalWriter journal;
  private final long started;
  private long flushed;
  private volatile boolean ended;
  private Thread thread;
  private long descriptor = -1;

  /// @param started the attempt's start, by `System.nanoTime`
  Flusher(Path directory, JournalWriter journal, long started) {
    this.directory = directory;
    this.journal = journal;
    this.started = started;
  }

  /// Flushes every five seconds from now on, in the background.
  void start() {
    thread = new Thread(this::run, "journal-flush");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    long next = System.nanoTime() + EVERY_NANOS;
    while (!ended) {
      long left = next - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(left);
        continue;
      }
      try {
        flush();
      } catch (InputException _) {
        // The next item's record will meet the same and tell it.
      }
      next = System.nanoTime() + EVERY_NANOS;
    }
  }

  /// Flushes now. What other threads write meanwhile may count with the next one.
  ///
  /// @throws InputException if that is not possible
  synchronized void flush() {
    long records = journal.records();
    if (records == flushed) {
      return;
    }
    sync();
    journal.append(new Entry.Flushed(records, System.nanoTime() - started));
    flushed = records + 1;
  }

  /// Makes durable what the system has of the directory's file system, without a record of that.
  ///
  /// @throws InputException if that is not possible
  synchronized void sync() {
    if (descriptor < 0) {
      descriptor = open(directory);
    }
    if ((int) Sync.SYNCFS.call(descriptor) != 0) {
      throw new InputException(directory + ": can't be flushed to its disk");
    }
  }

  private static long open(Path directory) {
    try (Arena arena = Arena.ofConfined()) {
      int descriptor = (int) Sync.OPEN.call(arena.allocateFrom(directory.toString()).address());
      if (descriptor < 0) {
        throw new InputException(directory + ": can't be opened to flush it");
      }
      return descriptor;
    }
  }

  /// Ends the background.
  void close() {
    ended = true;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
    synchronized (this) {
      if (descriptor >= 0) {
        Sync.CLOSE.call(descriptor);
        descriptor = -1;
      }
    }
  }

  /// Linked when first used.
  private static final class Sync {
    static final NativeFunction OPEN = NativeFunction.ofC("open");
    static final NativeFunction SYNCFS = NativeFunction.ofC("syncfs");
    static final NativeFunction CLOSE = NativeFunction.ofC("close");
  }
}
