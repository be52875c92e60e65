package dev.sheaf.transport.mpj;

import java.util.concurrent.atomic.AtomicInteger;

/// What the communicators of a rank share.
///
/// @param job how it ends
/// @param device its messages
/// @param counters the counters that it holds, and its way to those of others
/// @param host the name of its host
/// @param nextContext the first context that none of its communicators has
record Member(Job job, Device device, Counters counters, String host, AtomicInteger nextContext) {
  /// MPJ's own end uses context 50.
  private static final int FIRST_CONTEXT = 1000;

  Member(Job job, Device device, Counters counters, String host) {
    this(job, device, counters, host, new AtomicInteger(FIRST_CONTEXT));
  }
}
