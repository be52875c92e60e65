package dev.sheaf.comm;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What every [Communicator] must do, as checks that all ranks run together: written once, run on
/// each transport, by JUnit for embedded ranks and by [ContractMain] under a launcher.
final class Contract {
  /// How long ranks may wait for one that failed, before the job is aborted.
  private static final long PATIENCE_SECONDS = 20;

  private Contract() {}

  /// What all ranks run.
  @FunctionalInterface
  interface Body {
    void run(Communicator world, Expect expect) throws Exception;
  }

  /// A named check.
  record Check(String name, Body body) {}

  /// A check that can't be made here; thrown by all ranks alike.
  static final class Skip extends RuntimeException {
    private static final long serialVersionUID = 1;

    Skip(String reason) {
      super(reason);
    }
  }

  /// What became of a check, the same on all ranks.
  ///
  /// @param state the outcome
  /// @param reason why, with ranks
  record Verdict(State state, String reason) {}

  enum State {
    OK,
    SKIPPED,
    FAILED
  }

  /// The checks for so many ranks.
  static List<Check> checks(int size) {
    return Stream.of(
            MessageContract.checks(),
            CollectiveContract.checks(),
            ObjectContract.checks(),
            SharingContract.checks(),
            size == 2 ? LargeContract.checks() : List.<Check>of())
        .flatMap(List::stream)
        .toList();
  }

  /// Runs a check on all ranks: it fails on all if it fails on one. A rank that leaves a check by
  /// an exception aborts the job if the others then don't come to an agreement.
  static Verdict run(Communicator world, Check check) throws InterruptedException {
    Expect expect = new Expect();
    String skip = "";
    Thread watchdog = null;
    CountDownLatch agreed = new CountDownLatch(1);
    try (Communicator agreement = world.split(0, 0)) {
      try {
        check.body().run(world, expect);
      } catch (Skip e) {
        skip = e.getMessage();
      } catch (Exception | AssertionError e) {
        expect.fail("threw " + e);
        watchdog = watchdog(world, check, expect, agreed);
      }
      Iterator<String> skips =
          agreement.allgatherObjects(skip, Codecs.STRING).stream().distinct().iterator();
      List<String> failures = agreement.allgatherObjects(expect.reasons(), Codecs.STRING);
      agreed.countDown();
      if (watchdog != null) {
        watchdog.join();
      }
      List<String> told = new ArrayList<>();
      for (int rank = 0; rank < failures.size(); rank++) {
        if (!failures.get(rank).isEmpty()) {
          told.add("rank " + rank + ": " + failures.get(rank));
        }
      }
      if (!told.isEmpty()) {
        return new Verdict(State.FAILED, String.join("; ", told));
      }
      String reason = skips.next();
      if (skips.hasNext()) {
        return new Verdict(State.FAILED, "skipped by some ranks only: " + skip);
      }
      return new Verdict(reason.isEmpty() ? State.OK : State.SKIPPED, reason);
    }
  }

  private static Thread watchdog(
      Communicator world, Check check, Expect expect, CountDownLatch agreed) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            if (!agreed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
              throw world.abort("FAILED " + check.name() + ": " + expect.reasons(), 1);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
