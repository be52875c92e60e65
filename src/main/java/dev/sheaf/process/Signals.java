package dev.sheaf.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// The signals by which a process is asked to end: SIGTERM, from launchers and batch systems, and
/// SIGUSR1, by which a batch system can warn of it (`sbatch --signal=USR1@120`).
public final class Signals {
  private static final String[] HEEDED = {"TERM", "USR1"};

  /// What one event sends may come by several ways, as from the batch system and by a launcher.
  private static final long ONE_EVENT_NANOS = 1_000_000_000;

  private static final List<Consumer<String>> listeners = new ArrayList<>();
  private static final Map<String, SignalHandler> before = new HashMap<>();
  private static boolean heeded;
  private static long heededAt;

  private Signals() {}

  /// Has SIGTERM, SIGINT and SIGHUP end this process at once from now on, without the JVM's
  /// shutdown hooks: as under `java -Xrs`, with which no signal could be heeded.
  public static void endAtOnce() {
    for (String name : new String[] {"TERM", "INT", "HUP"}) {
      handle(name, SignalHandler.SIG_DFL);
    }
  }

  /// Tells the listener, on another thread, of the first SIGTERM or SIGUSR1 from now on: `SIGTERM`.
  /// The next one that comes more than a second later ends the process as it would without this.
  ///
  /// @return to be closed when signals are to end the process again
  public static Heed heed(Consumer<String> listener) {
    synchronized (listeners) {
      if (listeners.isEmpty()) {
        heeded = false;
        for (String name : HEEDED) {
          SignalHandler old = handle(name, Signals::received);
          if (old != null) {
            before.put(name, old);
          }
        }
      }
      listeners.add(listener);
    }
    return () -> ignore(listener);
  }

  /// Heeding that can be ended.
  public interface Heed extends AutoCloseable {
    @Override
    void close();
  }

  private static void ignore(Consumer<String> listener) {
    synchronized (listeners) {
      listeners.remove(listener);
      if (listeners.isEmpty()) {
        before.forEach(Signals::handle);
        before.clear();
      }
    }
  }

  private static void received(Signal signal) {
    List<Consumer<String>> told = List.of();
    synchronized (listeners) {
      long now = System.nanoTime();
      if (!heeded && !listeners.isEmpty()) {
        heeded = true;
        heededAt = now;
        told = List.copyOf(listeners);
      } else if (listeners.isEmpty() || now - heededAt > ONE_EVENT_NANOS) {
        handle(signal.getName(), before.getOrDefault(signal.getName(), SignalHandler.SIG_DFL));
        Signal.raise(signal);
      }
    }
    told.forEach(listener -> listener.accept("SIG" + signal.getName()));
  }

  /// @return what handled the signal before; `null` if nothing can (`java -Xrs`)
  private static SignalHandler handle(String name, SignalHandler handler) {
    try {
      return Signal.handle(new Signal(name), handler);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
