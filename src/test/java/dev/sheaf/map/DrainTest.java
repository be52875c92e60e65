package dev.sheaf.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.comm.Codecs;
import dev.sheaf.report.Phases;
import dev.sheaf.transport.local.LocalTransport;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sun.misc.Signal;
import sun.misc.SignalHandler;

class DrainTest {
  private static final int RANKS = 3;
  private static final long MANY = 1_000_000_000_000L;

  /// The items are more than could ever be done.
  @ParameterizedTest
  @EnumSource
  void oneRankIsAskedAndAllStop(Schedule schedule) {
    AtomicInteger again = new AtomicInteger();
    Set<Drain.Reason> reasons = ConcurrentHashMap.newKeySet();
    int status =
        new LocalTransport()
            .run(
                RANKS,
                world -> {
                  Drain drain = new Drain(false);
                  AtomicInteger begun = new AtomicInteger();
                  MapOptions options = new MapOptions(schedule, 2, 2, false, 0, Duration.ZERO);
                  Items items = new Items(MANY, item -> "item " + item, _ -> "replay");
                  MapResult<Void> map =
                      OrderedMap.map(
                          world,
                          items,
                          options,
                          () ->
                              _ -> {
                                if (begun.incrementAndGet() == 5 && world.rank() == 1) {
                                  drain.ask(Drain.Reason.SIGUSR1);
                                }
                                return null;
                              },
                          Codecs.NOTHING,
                          new Phases(),
                          drain);
                  reasons.add(drain.reason());
                  assertEquals(0, map.failed());
                  assertTrue(map.done() >= 5, map.toString());
                  assertEquals(MANY, map.done() + map.notRun());
                  MapResult<Void> next =
                      OrderedMap.map(
                          world,
                          items,
                          options,
                          () ->
                              _ -> {
                                again.incrementAndGet();
                                return null;
                              },
                          Codecs.NOTHING,
                          new Phases(),
                          drain);
                  assertEquals(MANY, next.notRun());
                  return 0;
                });
    assertEquals(0, status);
    assertEquals(0, again.get());
    assertEquals(Set.of(Drain.Reason.SIGUSR1), reasons);
  }

  /// One rank has not come to the map yet; the other, which waits for it, already heeds signals.
  @Test
  void asSoonAsTheFirstRankComes() {
    SignalHandler before = Signal.handle(new Signal("USR1"), _ -> {});
    CompletableFuture<Drain> first = new CompletableFuture<>();
    try {
      int status =
          new LocalTransport()
              .run(
                  2,
                  world -> {
                    Drain drain = new Drain(world.rank() == 0);
                    if (world.rank() == 0) {
                      first.complete(drain);
                    } else {
                      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
                      while (first.get().reason() == null && System.nanoTime() < end) {
                        Signal.raise(new Signal("USR1"));
                        Thread.sleep(10);
                      }
                      assertEquals(Drain.Reason.SIGUSR1, first.get().reason());
                    }
                    MapOptions options =
                        new MapOptions(Schedule.BLOCK, 1, 1, false, 0, Duration.ZERO);
                    Items items = new Items(MANY, item -> "item " + item, _ -> "replay");
                    try (drain) {
                      MapResult<Void> map =
                          OrderedMap.map(
                              world,
                              items,
                              options,
                              () -> _ -> null,
                              Codecs.NOTHING,
                              new Phases(),
                              drain);
                      assertTrue(map.notRun() > 0, map.toString());
                    }
                    return 0;
                  });
      assertEquals(0, status);
    } finally {
      Signal.handle(new Signal("USR1"), before);
    }
  }

  @Test
  void noItemThatWouldNotBeDoneInTime() {
    Drain drain = new Drain(false);
    assertFalse(drain.timed());
    assertFalse(drain.asked(Long.MAX_VALUE));
    drain.at(1_000);
    assertTrue(drain.timed());
    assertFalse(drain.asked(1_000)); // how long one takes is not known yet
    drain.took(100);
    drain.took(60);
    assertFalse(drain.asked(850));
    assertNull(drain.reason());
    assertTrue(drain.asked(851));
    assertEquals(Drain.Reason.DEADLINE, drain.reason());
    drain.ask(Drain.Reason.SIGTERM);
    assertEquals(Drain.Reason.DEADLINE, drain.reason());
  }
}
