package dev.sheaf.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/// How long ago this process was started.
public final class ProcessAge {
  /// Of the kernel's times in /proc, on every architecture that Java runs on.
  private static final long TICKS_PER_SECOND = 100;

  /// The field of /proc/PID/stat that has the start, counted from behind the name.
  private static final int START = 19;

  private ProcessAge() {}

  /// To a hundredth of a second on Linux. `ProcessHandle` counts there from a boot time in whole
  /// seconds, and so tells up to a second too much.
  public static Duration now() {
    Duration rough =
        ProcessHandle.current()
            .info()
            .startInstant()
            .map(start -> Duration.between(start, Instant.now()))
            .orElse(Duration.ZERO);
    try {
      Duration exact =
          of(
              Files.readString(Path.of("/proc/self/stat")),
              Files.readString(Path.of("/proc/uptime")));
      // In a container the uptime may be the container's; the start is always the host's.
      return rough.minus(exact).abs().toMillis() < 1500 ? exact : rough;
    } catch (IOException _) { // not Linux
      return rough;
    }
  }

  /// @param stat the text of /proc/PID/stat
  /// @param uptime that of /proc/uptime
  static Duration of(String stat, String uptime) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", START + 2);
    long start = Long.parseLong(fields[START]) * (1000 / TICKS_PER_SECOND);
    long now = Math.round(Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1000);
    return Duration.ofMillis(now - start);
  }
}
