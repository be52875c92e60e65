package dev.sheaf.workload;

import dev.sheaf.report.ProgressLine;
import dev.sheaf.watch.Tally;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Tells now and then how far the ranks are, by a thread beside the work: on a terminal in one line
/// that is written again and again, and is gone at the end; else in a line each time.
final class ProgressMeter implements AutoCloseable {
  private static final Duration TERMINAL = Duration.ofMillis(500);
  private static final Duration PLAIN = Duration.ofSeconds(10);

  /// What is longer than a terminal's line can't be written over.
  private static final int COLUMNS = 79;

  /// Erases from here to the end of the line.
  private static final String ERASE = "\033[K";

  private final int ranks;
  private final Supplier<Tally> tally;
  private final PrintStream out;
  private final boolean terminal;
  private final long pause;
  private final Thread thread = new Thread(this::run, "progress");
  private boolean shown; // guarded by this, as is the next
  private boolean closed;

  private ProgressMeter(
      int ranks, Supplier<Tally> tally, PrintStream out, boolean terminal, Duration pause) {
    this.ranks = ranks;
    this.tally = tally;
    this.out = out;
    this.terminal = terminal;
    this.pause = pause.toNanos();
  }

  /// Begins.
  ///
  /// @param pause between two lines
  static ProgressMeter start(
      int ranks, Supplier<Tally> tally, PrintStream out, boolean terminal, Duration pause) {
    ProgressMeter meter = new ProgressMeter(ranks, tally, out, terminal, pause);
    meter.thread.setDaemon(true);
    meter.thread.start();
    return meter;
  }

  /// Begins, on standard error.
  static ProgressMeter start(int ranks, Supplier<Tally> tally) {
    boolean terminal = terminal(System.getenv());
    return start(ranks, tally, System.err, terminal, terminal ? TERMINAL : PLAIN);
  }

  /// Whether standard error is a terminal that can write a line again. (`System.console` tells of
  /// standard input and output.)
  private static boolean terminal(Map<String, String> environment) {
    try {
      String file = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      boolean device =
          file.startsWith("/dev/pts/")
              || file.startsWith("/dev/tty")
              || file.equals("/dev/console");
      return device && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private void run() {
    long next = System.nanoTime();
    while (true) {
      next += pause;
      for (long rest = pause; rest > 0; rest = next - System.nanoTime()) {
        LockSupport.parkNanos(rest);
        synchronized (this) {
          if (closed) {
            return;
          }
        }
      }
      tell();
    }
  }

  /// With the lock held: the memory that is looked at may be gone when this is closed.
  private synchronized void tell() {
    if (closed) {
      return;
    }
    Tally now = tally.get();
    if (now.items() == 0) {
      return;
    }
    String line =
        new ProgressLine(now.items(), now.done(), now.failed(), now.busy(), ranks, now.seconds())
            .text();
    // What else is printed begins in the first column.
    out.print(
        terminal
            ? line.substring(0, Math.min(line.length(), COLUMNS)) + ERASE + "\r"
            : line + System.lineSeparator());
    out.flush();
    shown = true;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (shown && terminal) {
      out.print(ERASE);
      out.flush();
    }
    shown = false;
    LockSupport.unpark(thread);
  }
}
