package dev.sheaf.transport.local;

/// One rank of a job, by its number in the communicator of all ranks.
final class Rank {
  final int number;
  final Thread thread;

  /// Whether its program has returned, so that it takes part in nothing any more.
  volatile boolean ended;

  Rank(int number, Runnable program) {
    this.number = number;
    thread = Thread.ofPlatform().daemon().name("rank-" + number).unstarted(program);
  }
}
