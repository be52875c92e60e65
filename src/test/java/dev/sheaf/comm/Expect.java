package dev.sheaf.comm;

import java.util.Arrays;
import java.util.Objects;

/// Collects what is wrong on this rank. It doesn't throw, so that a rank on which something is
/// wrong goes on communicating as the others expect it to.
final class Expect {
  private static final int TOLD = 3;

  private final StringBuilder reasons = new StringBuilder();
  private int failures;

  void equal(Object expected, Object actual, String what) {
    if (!Objects.deepEquals(expected, actual)) {
      fail("%s: expected %s, got %s".formatted(what, text(expected), text(actual)));
    }
  }

  void isTrue(boolean condition, String what) {
    if (!condition) {
      fail(what);
    }
  }

  void isThrown(Class<? extends Throwable> type, Runnable call, String what) {
    try {
      call.run();
      fail(what + ": nothing was thrown");
    } catch (RuntimeException e) {
      if (!type.isInstance(e)) {
        fail(what + ": expected " + type.getSimpleName() + ", got " + e);
      }
    }
  }

  /// Expects the elements that `expected` gives for each index.
  void elements(Elements.Values expected, Buffer actual, String what) {
    for (long i = 0; i < actual.count(); i++) {
      long value = Elements.get(actual, i);
      if (value != expected.at(i)) {
        fail("%s: element %d: expected %d, got %d".formatted(what, i, expected.at(i), value));
        return;
      }
    }
  }

  void fail(String reason) {
    failures++;
    if (failures <= TOLD) {
      reasons.append(failures == 1 ? "" : "; ").append(reason);
    }
  }

  /// What is wrong, or an empty string.
  String reasons() {
    return failures <= TOLD ? reasons.toString() : reasons + "; and " + (failures - TOLD) + " more";
  }

  private static String text(Object value) {
    String array = Arrays.deepToString(new Object[] {value});
    return array.substring(1, array.length() - 1);
  }
}
