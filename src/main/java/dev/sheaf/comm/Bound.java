package dev.sheaf.comm;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Ends the job if ranks still wait for each other after some time, where no watchdog looks after
/// them: until they have met. To be closed when they have.
public final class Bound implements AutoCloseable {
  /// From the start of the first rank to that of the last one, however many there are.
  public static final Duration MEETING = Duration.ofMinutes(5);

  private final CountDownLatch closed = new CountDownLatch(1);

  /// @param end tells the reason and ends the job
  public Bound(Duration limit, Consumer<String> end) {
    Thread thread =
        new Thread(
            () -> {
              try {
                if (!closed.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                  end.accept(
                      "the ranks have not met within %d s: one is stopped or hangs, or its host is cut off"
                          .formatted(limit.toSeconds()));
                }
              } catch (InterruptedException _) {
                // Nobody does that.
              }
            },
            "bound");
    thread.setDaemon(true);
    thread.start();
  }

  /// The same for ranks that have a communicator.
  public static Bound on(Communicator comm) {
    return new Bound(
        MEETING,
        reason -> {
          throw comm.abort(reason, Failure.RANK);
        });
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
