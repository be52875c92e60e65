package dev.sheaf.watch;

/// When to tell what lasts: at once, again after some time, and then after twice the time that was
/// waited before.
final class Intervals {
  private final long first;
  private long interval;
  private long next;

  Intervals(long first) {
    this.first = first;
  }

  /// Whether to tell it now.
  ///
  /// @param lasts whether there is anything to tell; if not, the next time is a first one
  boolean due(long now, boolean lasts) {
    if (!lasts) {
      interval = 0;
      return false;
    }
    if (interval > 0 && now - next < 0) {
      return false;
    }
    interval = interval == 0 ? first : 2 * interval;
    next = now + interval;
    return true;
  }
}
