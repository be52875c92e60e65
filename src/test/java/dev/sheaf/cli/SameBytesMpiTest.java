package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// [SameBytes] on the transport `mpi`, with each MPI library, and on `openmpi`. In all ways in two
/// worlds; in the others each command line in one way, another one in each world, so that each is
/// run in all ways all the same.
class SameBytesMpiTest {
  private static final Duration LIMIT = Duration.ofMinutes(15);

  @ParameterizedTest(name = "{0}, {1} ranks, {2}")
  @CsvSource({
    "OPEN_MPI, 1, turn=0",
    "OPEN_MPI, 2, turn=1",
    "OPEN_MPI, 3, all ways",
    "OPEN_MPI, 4, turn=2",
    "OPEN_MPI, 7, turn=3",
    "OPEN_MPI, 64, turn=4",
    "MPICH, 1, turn=5",
    "MPICH, 2, all ways",
    "MPICH, 3, turn=6",
    "MPICH, 4, turn=7",
    "MPICH, 7, turn=8",
    "MPICH, 64, turn=9"
  })
  void everyScheduleAndThreadCountGivesTheSameBytes(MpiLauncher launcher, int ranks, String ways) {
    assertSame(launcher, ranks, ways);
  }

  @ParameterizedTest(name = "{0} ranks, {1}")
  @CsvSource({"1, turn=0", "3, turn=1", "7, turn=2"})
  void javaBindingsGiveTheSameBytes(int ranks, String ways) {
    MpiLauncher.needJavaBindings();
    assertSame(MpiLauncher.OPEN_MPI, ranks, ways, "--transport", "openmpi");
  }

  private static void assertSame(MpiLauncher launcher, int ranks, String... words) {
    Ended ended =
        launcher.start(ranks, Map.of(), MpiLauncher.java(SameBytesMain.class, words)).await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    assertTrue(ended.out().contains("1 passed, 0 failed"), ended.toString());
  }
}
