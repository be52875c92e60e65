package dev.sheaf.transport.local;

import dev.sheaf.comm.RankProgram;
import dev.sheaf.comm.Transport;
import java.util.Map;

/// Ranks as threads of this JVM. Any number of them; where they outnumber the processors, a waiting
/// rank gives its processor away at once.
///
/// A rank that waits for one that has ended, or ranks that all wait for each other, fail with a
/// message instead of hanging.
public final class LocalTransport implements Transport {
  @Override
  public String name() {
    return "local";
  }

  /// Never: these ranks need no launcher.
  @Override
  public boolean launched(Map<String, String> environment) {
    return false;
  }

  /// Runs the ranks as daemon threads `rank-0`, `rank-1`, ... When one fails, the call returns at
  /// once: the others leave whatever call they wait in and are interrupted.
  ///
  /// @param ranks how many, or 0 for as many as there are processors
  @Override
  public int run(int ranks, RankProgram program) {
    if (ranks < 0) {
      throw new IllegalArgumentException(ranks + " ranks");
    }
    return new Job(ranks == 0 ? Runtime.getRuntime().availableProcessors() : ranks).run(program);
  }
}
