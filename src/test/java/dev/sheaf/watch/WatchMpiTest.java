package dev.sheaf.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.watch.Troubles.Trouble;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Stalls of ranks that are processes are told, on one node and between nodes, and end the job if
/// asked to.
class WatchMpiTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static Ended run(MpiLauncher launcher, int nodes, Trouble trouble, int rank) {
    return launcher
        .start(
            4,
            Map.of("SHEAF_MPI_NODES", Integer.toString(nodes)),
            MpiLauncher.java(
                Troubles.class, trouble.toString(), Integer.toString(rank), "2", "--stall-abort"))
        .await(LIMIT);
  }

  private static Stream<Arguments> stalls() {
    return Stream.of(MpiLauncher.values())
        .flatMap(launcher ->
            Stream.of(
                Arguments.of(launcher, 1, Trouble.LOOP, 0, "in item 0 (input-0) for "),
                Arguments.of(launcher, 1, Trouble.STOP, 0, "in item 0 (input-0) for "),
                Arguments.of(launcher, 2, Trouble.LOOP, 3, "in item 6 (input-6) for "),
                Arguments.of(launcher, 2, Trouble.STOP, 3, "in item 6 (input-6) for "),
                Arguments.of(launcher, 2, Trouble.STOP, 0, "in item 0 (input-0) for "),
                Arguments.of(launcher, 2, Trouble.STOP_DYNAMIC, 0, "in item ")));
  }

  @ParameterizedTest(name = "{0}, {1} nodes, {2} on rank {3}")
  @MethodSource("stalls")
  void tellsWhoIsAbsent(MpiLauncher launcher, int nodes, Trouble trouble, int rank, String where) {
    Ended ended = run(launcher, nodes, trouble, rank);
    assertEquals(3, ended.status(), ended.toString());
    int teller = trouble != Trouble.LOOP && rank == 0 ? 1 : 0;
    String message =
        ended
            .err()
            .lines()
            .filter(line -> line.startsWith("sheaf: rank " + teller + " on "))
            .findFirst()
            .orElse("");
    assertTrue(
        message.matches(".*: (stalled for \\d+ s: .* absent|lost): rank " + rank + " on .*"),
        ended.toString());
    assertTrue(message.contains(where), ended.toString());
    assertEquals(trouble != Trouble.LOOP, message.contains("no sign of life"), ended.toString());
  }

  /// What the ranks' calls do that don't match is up to MPI: they wait, or one of them fails.
  @ParameterizedTest
  @EnumSource
  void aRankThatLeavesEndsTheJob(MpiLauncher launcher) {
    Ended ended = run(launcher, 1, Trouble.LEAVE, 1);
    assertNotEquals(0, ended.status(), ended.toString());
    assertTrue(ended.err().contains("sheaf: rank "), ended.toString());
  }

  /// The others have nothing more to do.
  @ParameterizedTest
  @EnumSource
  void aRankThatIsStoppedAtTheEnd(MpiLauncher launcher) {
    Ended ended = run(launcher, 1, Trouble.STOP_AT_END, 0);
    assertEquals(3, ended.status(), ended.toString());
    assertTrue(ended.err().startsWith("sheaf: rank 1 on "), ended.toString());
    assertTrue(ended.err().matches("(?s).*(absent|lost): rank 0 on .*"), ended.toString());
  }
}
