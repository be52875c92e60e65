package dev.sheaf.report;

import java.util.Locale;

/// What a run's time is spent on, in the order of the data's way.
public enum Phase {
  /// From the start of the process until all ranks have met.
  START,
  /// A source file of the user's is compiled; told only where there is such.
  COMPILE,
  /// Rank 0 tells the ranks their items, or sends them their data.
  SCATTER,
  /// Data is copied to a GPU and back; told only where there is such.
  TRANSFER,
  /// Items are worked on.
  COMPUTE,
  /// Outcomes come to rank 0, in order. Includes waiting for slower ranks.
  GATHER,
  /// Partial results are combined.
  REDUCE,
  /// Output files are written.
  WRITE;

  /// The name in tables and JSON.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
