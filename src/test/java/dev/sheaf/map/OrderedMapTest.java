package dev.sheaf.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Failure;
import dev.sheaf.report.Phases;
import dev.sheaf.transport.local.LocalTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OrderedMapTest {
  static Stream<Arguments> allWays() {
    return Stream.of(Schedule.values())
        .flatMap(schedule ->
            IntStream.of(1, 2, 3, 4, 7)
                .boxed()
                .flatMap(ranks ->
                    Stream.of(
                        Arguments.of(schedule, ranks, 1, 1L),
                        Arguments.of(schedule, ranks, 2, 3L))));
  }

  @ParameterizedTest(name = "{0}, {1} ranks, {2} threads, chunk {3}")
  @MethodSource("allWays")
  void everyItemIsDoneOnceAndTheResultsAreInOrder(
      Schedule schedule, int ranks, int threads, long chunk) {
    for (int n : new int[] {0, 1, 2, 5, 7, 100, 1000}) {
      AtomicIntegerArray times = new AtomicIntegerArray(n);
      MapResult<Long> result =
          run(
              ranks,
              n,
              new MapOptions(schedule, chunk, threads, true, 0, Duration.ZERO),
              () ->
                  item -> {
                    times.incrementAndGet((int) item);
                    return item * item;
                  },
              Codecs.LONG);
      assertEquals(LongStream.range(0, n).mapToObj(i -> i * i).toList(), result.values());
      assertEquals(n, result.done());
      assertTrue(result.complete());
      for (int i = 0; i < n; i++) {
        assertEquals(1, times.get(i), "item " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void failuresAreValuesAndTheOthersGoOn(Schedule schedule) {
    MapResult<Long> result =
        run(
            3,
            100,
            new MapOptions(schedule, 1, 2, false, 0, Duration.ZERO),
            () ->
                item -> {
                  if (item % 10 == 3) {
                    throw new IOException("item " + item + " is broken\n  badly");
                  }
                  return item;
                },
            Codecs.LONG);
    assertEquals(90, result.done());
    assertEquals(10, result.failed());
    assertEquals(0, result.notRun());
    assertFalse(result.complete());
    assertEquals(
        List.of(3L, 13L, 23L, 33L, 43L, 53L, 63L, 73L, 83L, 93L),
        result.failures().stream().map(Outcome.Failed::item).toList());
    for (long i = 0; i < 100; i++) {
      assertEquals(i % 10 == 3 ? null : i, result.values().get((int) i));
    }
    Outcome.Failed<Long> first = result.failures().getFirst();
    assertEquals("input-3", first.input());
    assertEquals("replay 3", first.replay());
    assertEquals("item 3 is broken; badly", first.cause());
    assertEquals(1, first.attempts());
    assertEquals(ProcessHandle.current().pid(), first.pid());
    assertTrue(first.rank() >= 0 && first.rank() < 3);
    assertFalse(first.host().isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void afterTheFirstFailureNoFurtherItemIsHandedOut(Schedule schedule) {
    // Items of other ranks wait for the failure, so that work is left when it happens.
    AtomicInteger failed = new AtomicInteger();
    MapResult<Long> result =
        run(
            2,
            100_000,
            new MapOptions(schedule, 1, 1, true, 0, Duration.ZERO),
            () ->
                item -> {
                  if (failed.getAndIncrement() == 0) {
                    throw new IOException("first");
                  }
                  long until = System.nanoTime() + 1_000_000;
                  while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                  }
                  return item;
                },
            Codecs.LONG);
    assertEquals(1, result.failed());
    assertTrue(result.notRun() > 50_000, "not run: " + result.notRun());
    assertEquals(100_000, result.done() + result.failed() + result.notRun());
  }

  @Test
  void anItemIsTriedAgainAsOftenAsAsked() {
    ConcurrentHashMap<Long, Integer> attempts = new ConcurrentHashMap<>();
    MapResult<Long> result =
        run(
            2,
            10,
            new MapOptions(Schedule.DYNAMIC, 1, 1, false, 2, Duration.ZERO),
            () ->
                item -> {
                  int attempt = attempts.merge(item, 1, Integer::sum);
                  if (attempt <= item) {
                    throw new IOException("not yet");
                  }
                  return item;
                },
            Codecs.LONG);
    assertEquals(List.of(0L, 1L, 2L), result.values().subList(0, 3));
    assertEquals(7, result.failed());
    assertTrue(result.failures().stream().allMatch(f -> f.attempts() == 3));
  }

  /// Two items hang until the map is over; with one thread a rank, too, the others are done.
  @ParameterizedTest
  @EnumSource
  void anItemThatTakesTooLongHasFailedAndItsRankGoesOn(Schedule schedule) throws Exception {
    for (int threads : new int[] {1, 2}) {
      CountDownLatch over = new CountDownLatch(1);
      CountDownLatch late = new CountDownLatch(2);
      AtomicInteger cancelled = new AtomicInteger();
      MapResult<Long> result =
          run(
              2,
              40,
              new MapOptions(schedule, 3, threads, false, 0, Duration.ofMillis(500)),
              () ->
                  new ItemTask<>() {
                    @Override
                    public Long apply(long item) throws Exception {
                      if (item == 4 || item == 39) {
                        over.await();
                        late.countDown();
                      }
                      return item;
                    }

                    @Override
                    public void cancel() {
                      cancelled.incrementAndGet();
                    }
                  },
              Codecs.LONG);
      over.countDown();
      late.await();
      assertEquals(38, result.done());
      assertEquals(2, cancelled.get());
      assertEquals(List.of(4L, 39L), result.failures().stream().map(Outcome.Failed::item).toList());
      Outcome.Failed<Long> first = result.failures().getFirst();
      assertEquals("input-4", first.input());
      assertEquals("given up after 0.5 s (--timeout)", first.cause());
      assertEquals(1, first.attempts());
      for (long i = 0; i < 40; i++) {
        assertEquals(i == 4 || i == 39 ? null : i, result.values().get((int) i));
      }
    }
  }

  @Test
  void anItemThatTookTooLongIsTriedAgain() {
    AtomicLong attempts = new AtomicLong();
    MapResult<Long> result =
        run(
            1,
            3,
            new MapOptions(Schedule.BLOCK, 1, 1, true, 3, Duration.ofMillis(300)),
            () ->
                item -> {
                  long attempt = item == 1 ? attempts.incrementAndGet() : 0;
                  if (attempt == 1 || attempt == 3) {
                    Thread.sleep(Long.MAX_VALUE);
                  }
                  if (attempt == 2) {
                    throw new IOException("not yet");
                  }
                  return attempt;
                },
            Codecs.LONG);
    assertEquals(List.of(0L, 4L, 0L), result.values());
  }

  @Test
  void afterATimeoutNoFurtherItemIsHandedOutEither() {
    MapResult<Long> result =
        run(
            1,
            10,
            new MapOptions(Schedule.BLOCK, 1, 1, true, 0, Duration.ofMillis(300)),
            () ->
                item -> {
                  if (item == 2) {
                    Thread.sleep(Long.MAX_VALUE);
                  }
                  return item;
                },
            Codecs.LONG);
    assertEquals(List.of(2L, 1L, 7L), List.of(result.done(), result.failed(), result.notRun()));
  }

  @Test
  void resultsOfManyMegabytesArriveInOrder() {
    MapResult<byte[]> result =
        run(
            3,
            40,
            new MapOptions(Schedule.CYCLIC, 1, 1, true, 0, Duration.ZERO),
            () ->
                item -> {
                  byte[] bytes = new byte[1_000_000];
                  bytes[(int) item] = 1;
                  return bytes;
                },
            Codecs.BYTES);
    for (int i = 0; i < 40; i++) {
      assertEquals(1, result.values().get(i)[i]);
    }
  }

  @Test
  void whatIsNotAnItemsFailureEndsEveryRank() {
    for (int threads : new int[] {1, 2}) {
      for (Throwable cause : List.of(new OutOfMemoryError("in an item"), new LinkageError("bad"))) {
        int status =
            new LocalTransport()
                .run(
                    3,
                    world -> {
                      map(
                          world,
                          100,
                          new MapOptions(Schedule.BLOCK, 1, threads, true, 0, Duration.ZERO),
                          () ->
                              item -> {
                                if (item == 50) {
                                  throw (Error) cause;
                                }
                                return item;
                              },
                          Codecs.LONG);
                      return 0;
                    });
        assertEquals(Failure.RANK, status);
      }
    }
  }

  /// Runs a map on local ranks; rank 0's result.
  private static <R> MapResult<R> run(
      int ranks,
      long n,
      MapOptions options,
      Supplier<? extends ItemTask<R>> tasks,
      Codec<R> codec) {
    AtomicReference<MapResult<R>> root = new AtomicReference<>();
    int status =
        new LocalTransport()
            .run(
                ranks,
                world -> {
                  MapResult<R> result = map(world, n, options, tasks, codec);
                  if (world.rank() == 0) {
                    root.set(result);
                  } else {
                    assertTrue(result.values().isEmpty());
                  }
                  return 0;
                });
    assertEquals(0, status);
    return root.get();
  }

  private static <R> MapResult<R> map(
      Communicator world,
      long n,
      MapOptions options,
      Supplier<? extends ItemTask<R>> tasks,
      Codec<R> codec)
      throws Exception {
    Items items = new Items(n, i -> "input-" + i, i -> "replay " + i);
    return OrderedMap.map(world, items, options, tasks, codec, new Phases());
  }
}
