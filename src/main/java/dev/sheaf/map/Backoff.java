package dev.sheaf.map;

import java.util.concurrent.ThreadLocalRandom;

/// The pause before an item is tried again: what has failed, a file system or a server, may need
/// time.
public final class Backoff {
  private static final long FIRST_NANOS = 100_000_000;
  private static final int DOUBLINGS = 9;

  private Backoff() {}

  /// Nanoseconds to wait: 0.1 s after the first attempt, each time twice as long, up to 51.2 s; and
  /// up to a half longer at random, so that not all ranks come back at once.
  ///
  /// @param attempts how many have failed, at least 1
  public static long nanos(int attempts) {
    long pause = FIRST_NANOS << Math.min(attempts - 1, DOUBLINGS);
    return pause + ThreadLocalRandom.current().nextLong(pause / 2);
  }
}
