package dev.sheaf.map;

import dev.sheaf.InputException;
import java.time.Duration;

/// How a map is carried out.
///
/// @param schedule which rank works on which items
/// @param chunk items handed out at a time, at least 1; see [Schedule]
/// @param threads threads of each rank, at least 1
/// @param stopOnError hand out no further item after the first failure
/// @param retries further attempts at an item that failed, after pauses; see [Backoff]
/// @param timeout after so long an attempt has failed, and its thread is left alone; zero: never
public record MapOptions(
    Schedule schedule,
    long chunk,
    int threads,
    boolean stopOnError,
    int retries,
    Duration timeout) {
  /// Checks the numbers.
  public MapOptions {
    if (chunk < 1) {
      throw new InputException("--chunk " + chunk + ": must be at least 1");
    }
    if (threads < 1) {
      throw new InputException("--threads " + threads + ": must be at least 1");
    }
    if (retries < 0) {
      throw new InputException("--retries " + retries + ": must not be negative");
    }
  }
}
