package dev.sheaf.comm;

import dev.sheaf.InputException;
import java.io.PrintWriter;
import java.io.StringWriter;

/// How an uncaught exception of a rank is told and which exit status it gives.
public final class Failure {
  /// Exit status of a usage or input error.
  public static final int INPUT = 2;

  /// Exit status when a rank or the transport failed.
  public static final int RANK = 3;

  private Failure() {}

  /// 2 for an input error, 3 for anything else.
  public static int status(Throwable cause) {
    return cause instanceof InputException ? INPUT : RANK;
  }

  /// The message for standard error: rank, host, process and cause. A user's mistake, a failed
  /// transport call and want of memory are one line; anything else is followed by its stack trace.
  public static String describe(int rank, String host, Throwable cause) {
    String where =
        "sheaf: rank %d on %s (pid %d): ".formatted(rank, host, ProcessHandle.current().pid());
    if (cause instanceof InputException || cause instanceof CommException) {
      return where + cause.getMessage();
    }
    if (cause instanceof OutOfMemoryError) {
      return where + outOfMemory(cause);
    }
    if (cause.getCause() instanceof OutOfMemoryError) { // of an item
      return where + cause.getMessage() + ": " + outOfMemory(cause.getCause());
    }
    StringWriter trace = new StringWriter();
    cause.printStackTrace(new PrintWriter(trace));
    return where + "uncaught " + trace.toString().strip();
  }

  private static String outOfMemory(Throwable error) {
    return ("out of memory: %s; Java may take %d MiB here: give it more (-Xmx8g; to run/sheaf by"
            + " SHEAF_JAVA_OPTS=-Xmx8g), or have fewer ranks or --threads on this host")
        .formatted(error.getMessage(), Runtime.getRuntime().maxMemory() >> 20);
  }
}
