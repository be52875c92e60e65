package dev.sheaf.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Failure;
import dev.sheaf.comm.RankProgram;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapOptions;
import dev.sheaf.map.OrderedMap;
import dev.sheaf.map.Schedule;
import dev.sheaf.report.Phases;
import dev.sheaf.transport.local.LocalTransport;
import dev.sheaf.watch.Troubles.Trouble;
import dev.sheaf.workload.Runner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Stalls of embedded ranks are told.
class WatchTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  private int run(RankProgram program) {
    PrintStream standard = System.err;
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    try {
      return assertTimeoutPreemptively(LIMIT, () -> new LocalTransport().run(3, program));
    } finally {
      System.setErr(standard);
    }
  }

  private String told() {
    return told.toString(StandardCharsets.UTF_8);
  }

  /// What came before, such as the compilation of a loop, is no time of its items.
  @Test
  void theTimeOfItemsBeginsWithThem() {
    int status =
        new LocalTransport()
            .run(
                1,
                world -> {
                  Counted counted = Counted.alone(world, 1);
                  long before = System.nanoTime();
                  counted.comm().progress().begin(Long::toString, 8);
                  Tally tally = counted.tally().get();
                  double since = (System.nanoTime() - before) / 1e9;
                  assertEquals(8, tally.items());
                  assertTrue(tally.seconds() <= since, tally.seconds() + " " + since);
                  return 0;
                });
    assertEquals(0, status);
  }

  @Test
  void aStallIsToldAndTheJobGoesOn() {
    Pattern line =
        Pattern.compile(
            "sheaf: stalled for \\d+ s: ranks 0, 2 wait in allreduce; absent: "
                + "rank 1 on \\S+ \\(pid \\d+\\), in item 3 \\(input-3\\) for \\d+ s\n");
    int status =
        run(world -> {
          Watch watch = Watch.start(world, 1, Duration.ofMillis(100), false);
          OrderedMap.map(
              watch.counted().comm(),
              new Items(6, item -> "input-" + item, _ -> "replay"),
              new MapOptions(Schedule.BLOCK, 1, 1, true, 0, Duration.ZERO),
              () ->
                  item -> {
                    while (item == 3 && !line.matcher(told()).find()) {
                      LockSupport.parkNanos(1_000_000);
                    }
                    return item;
                  },
              Codecs.LONG,
              new Phases());
          watch.close();
          return 0;
        });
    assertEquals(0, status, told());
  }

  @ParameterizedTest
  @CsvSource({
    "SLEEP, 1, '(?s).*: ranks 0, 2 wait in .*; absent: rank 1 on .* in item 2 \\(input-2\\) .*'",
    "SLEEP, 0, '(?s).*: ranks 1-2 wait in .*; absent: rank 0 on .* in item 0 \\(input-0\\) .*'",
    "OUTSIDE, 2, '(?s).*: ranks 0-1 wait in counter; absent: rank 2 on .* in no item and .*'"
  })
  void aStallEndsTheJobIfAskedTo(Trouble trouble, int rank, String message) throws Exception {
    Troubles troubles = new Troubles(trouble, rank);
    Set<Thread> ranks = ConcurrentHashMap.newKeySet();
    int status =
        run(world -> {
          ranks.add(Thread.currentThread());
          return Runner.run(troubles, troubles.options(1, true), world);
        });
    assertEquals(Failure.RANK, status, told());
    assertTrue(told().startsWith("sheaf: rank 0 on "), told());
    assertTrue(told().matches(message), told());
    for (Thread each : ranks) { // what sleeps is interrupted, also on the rank that tells
      assertTrue(each.join(Duration.ofSeconds(30)), each.toString());
    }
  }
}
