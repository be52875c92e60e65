package dev.sheaf;

import java.nio.file.Path;
import java.util.random.RandomGenerator;

/// One turn of a loop.
///
/// @param index which, from 0
/// @param input what it is about: the name of a file, a line, or a number
/// @param random numbers that depend on the run's seed and the index alone, never on the rank: each
///   turn has its own stream, from its first draw
public record Item(long index, String input, RandomGenerator random) {
  /// The input as a file.
  public Path path() {
    return Path.of(input);
  }

  /// The input as a whole number, such as a seed.
  ///
  /// @throws NumberFormatException if it is none
  public long number() {
    return Long.parseLong(input);
  }
}
