package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// [SameBytes] on the transport `mpi`, with each MPI library, and on `openmpi`.
class SameBytesMpiTest {
  private static final Duration LIMIT = Duration.ofMinutes(15);

  private static Stream<Arguments> worlds() {
    return Stream.of(MpiLauncher.values())
        .flatMap(launcher ->
            IntStream.of(1, 2, 3, 4, 7, 64).mapToObj(ranks -> Arguments.of(launcher, ranks)));
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("worlds")
  void everyScheduleAndThreadCountGivesTheSameBytes(MpiLauncher launcher, int ranks) {
    Ended ended =
        launcher
            .start(
                ranks,
                Map.of(),
                MpiLauncher.java(SameBytesMain.class, ranks == 64 ? "one-way-each" : "all-ways"))
            .await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    assertTrue(ended.out().contains("1 passed, 0 failed"), ended.toString());
  }

  @ParameterizedTest(name = "{0} ranks")
  @ValueSource(ints = {1, 3, 7})
  void javaBindingsGiveTheSameBytes(int ranks) {
    MpiLauncher.needJavaBindings();
    Ended ended =
        MpiLauncher.OPEN_MPI
            .start(
                ranks,
                Map.of(),
                MpiLauncher.java(SameBytesMain.class, "one-way-each", "--transport", "openmpi"))
            .await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    assertTrue(ended.out().contains("1 passed, 0 failed"), ended.toString());
  }
}
