package dev.sheaf.report;

import java.time.Duration;
import java.util.Locale;

/// How far a run is.
///
/// @param items to do
/// @param done of them
/// @param failed of them
/// @param busy ranks with an item in hand
/// @param ranks all of them
/// @param seconds since the work began
public record ProgressLine(
    long items, long done, long failed, int busy, int ranks, double seconds) {

  /// Items, rate, what is left at that rate, failures, ranks at work.
  public String text() {
    long ended = done + failed;
    double rate = seconds > 0 ? ended / seconds : 0;
    StringBuilder line =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%,d of %,d items (%.0f%%)",
                ended,
                items,
                Math.floor(100.0 * ended / items)));
    if (ended > 0) {
      line.append(String.format(Locale.ROOT, rate < 100 ? ", %.1f/s" : ", %,.0f/s", rate));
      line.append(", ").append(time((items - ended) / rate)).append(" left");
    }
    if (failed > 0) {
      line.append(String.format(Locale.ROOT, ", %,d failed", failed));
    }
    return line + ", %d of %s busy".formatted(busy, Count.of(ranks, "rank"));
  }

  private static String time(double seconds) {
    Duration left = Duration.ofSeconds((long) Math.ceil(seconds));
    return left.toHours() > 0
        ? "%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart())
        : left.toMinutes() > 0
            ? "%d:%02d".formatted(left.toMinutes(), left.toSecondsPart())
            : left.toSeconds() + " s";
  }
}
