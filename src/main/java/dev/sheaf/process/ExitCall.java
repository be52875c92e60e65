package dev.sheaf.process;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// A call of `System.exit` by a program that ranks run: it would end the job without a word. What
/// ends a rank in good order asks here, in a hook, for the words. (`Runtime.halt`, a crash or `kill
/// -9` leave no time for any: where ranks are processes, their launcher tells the rank and its host
/// and ends the others.)
public final class ExitCall {
  private static final Map<Thread, Supplier<String>> DOING = new ConcurrentHashMap<>();

  private ExitCall() {}

  /// Runs the body; if it calls `System.exit`, then in what this supplier tells: `item 3 (a.jpg)`.
  public static void during(Supplier<String> what, Body body) throws Exception {
    DOING.put(Thread.currentThread(), what);
    try {
      body.run();
    } finally {
      DOING.remove(Thread.currentThread());
    }
  }

  /// What is run.
  @FunctionalInterface
  public interface Body {
    /// Runs.
    void run() throws Exception;
  }

  /// While the JVM exits: the thread that has called `System.exit`; `null` if none has, as when a
  /// signal ends the JVM.
  public static Thread caller() {
    for (var thread : Thread.getAllStackTraces().entrySet()) {
      for (StackTraceElement frame : thread.getValue()) {
        if (frame.getClassName().equals("java.lang.Runtime")
            && frame.getMethodName().equals("exit")) {
          return thread.getKey();
        }
      }
    }
    return null;
  }

  /// The message of a rank that ends by that.
  ///
  /// @param caller the thread that has called `System.exit`, or `null`
  public static String message(Thread caller) {
    String message = "the JVM exits before the program has returned";
    if (caller == null) {
      return message;
    }
    Supplier<String> what = DOING.get(caller);
    return message
        + (what == null
            ? ": System.exit on thread " + caller.getName()
            : ": System.exit in " + what.get());
  }
}
