package dev.sheaf.transport.common;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What the communicators of this process share.
public final class RankProcess {
  private final String host;
  private final Ending ending;
  private final boolean concurrent;
  private final Staging staging = new Staging();
  private final MemorySegment word = Arena.global().allocate(ValueLayout.JAVA_LONG);

  /// What is known once the library has started.
  ///
  /// @param host the name of this host
  /// @param ending how this rank ends
  /// @param concurrent whether several threads may call the library at a time
  ///   (`MPI_THREAD_MULTIPLE`)
  public RankProcess(String host, Ending ending, boolean concurrent) {
    this.host = host;
    this.ending = ending;
    this.concurrent = concurrent;
  }

  /// The name of this host.
  public String host() {
    return host;
  }

  /// How this rank ends.
  public Ending ending() {
    return ending;
  }

  /// Whether several threads may call the library at a time.
  boolean concurrent() {
    return concurrent;
  }

  /// Memory for the elements of Java arrays; for one thread at a time.
  Staging staging() {
    return staging;
  }

  /// Eight bytes off-heap; for one thread at a time.
  MemorySegment word() {
    return word;
  }
}
