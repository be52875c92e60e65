package dev.sheaf.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.testing.Needs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract on the transport `mpi`, with each MPI library, and on `openmpi`.
class MpiContractTest {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private static Stream<Arguments> sizes() {
    return Stream.of(MpiLauncher.values())
        .flatMap(launcher -> Stream.of(1, 2, 3, 4, 7).map(ranks -> Arguments.of(launcher, ranks)));
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("sizes")
  void holds(MpiLauncher launcher, int ranks) {
    Ended ended =
        launcher.start(ranks, Map.of(), MpiLauncher.java(ContractMain.class)).await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    assertTrue(ended.out().contains(" 0 failed"), ended.toString());
    assertEquals(
        Contract.checks(ranks).size(),
        ended.out().lines().filter(line -> line.matches("(ok|skipped) .*")).count(),
        ended.toString());
  }

  /// Ranks wait in another way where there are more of them than cores, as above on two.
  @Test
  void mpichWithACoreForEachRank() {
    Ended ended =
        MpiLauncher.MPICH
            .start(
                3,
                Map.of("JDK_JAVA_OPTIONS", "-XX:ActiveProcessorCount=3"),
                MpiLauncher.java(ContractMain.class, "--without", "3 GiB: "))
            .await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    assertTrue(ended.out().contains(" 0 failed"), ended.toString());
  }

  /// Where ranks of one node share memory, those of several send messages.
  @ParameterizedTest
  @EnumSource
  void countersBetweenNodes(MpiLauncher launcher) {
    Ended ended =
        launcher
            .start(
                3,
                Map.of("SHEAF_MPI_NODES", "2"),
                MpiLauncher.java(ContractMain.class, "--only", "counter"))
            .await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    assertTrue(ended.out().contains("3 passed, 0 failed"), ended.toString());
  }

  /// The standard ABI, on a library that has it on top of Open MPI (see c/standard_abi.c); once as
  /// one whose ranks share no memory.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void standardAbi(boolean sharesMemory, @TempDir Path directory) throws Exception {
    Path library = directory.resolve("libmpi_abi.so");
    Process compiler =
        new ProcessBuilder(
                Needs.command("mpicc.openmpi", "libopenmpi-dev").toString(),
                "-shared",
                "-fPIC",
                "-Wall",
                "-Werror",
                "src/test/c/standard_abi.c",
                "-o",
                library.toString())
            .inheritIO()
            .start();
    assertEquals(0, compiler.waitFor(), "the compiler's exit status");
    Map<String, String> environment = new HashMap<>(Map.of("SHEAF_MPI_LIB", library.toString()));
    if (!sharesMemory) {
      environment.put("NO_SHARED_MEMORY", "1");
    }
    Ended ended =
        MpiLauncher.OPEN_MPI
            .start(3, environment, MpiLauncher.java(ContractMain.class))
            .await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    assertTrue(ended.out().contains(" 0 failed"), ended.toString());
  }

  /// Of the checks with 3 GiB that which is not left to messages or pieces, as on `mpi`.
  @ParameterizedTest(name = "{0} ranks")
  @ValueSource(ints = {1, 2, 3, 4, 7})
  void javaBindings(int ranks) {
    Ended ended = javaBindings(ranks, Map.of(), "--without", "3 GiB: ");
    long checks =
        Contract.checks(ranks).stream()
            .filter(check -> !check.name().startsWith("3 GiB: "))
            .count();
    assertTrue(
        ended.out().contains("0 skipped, " + checks + " passed, 0 failed"), ended.toString());
  }

  @Test
  void javaBindingsCarryMoreThan2GiB() {
    Ended ended = javaBindings(2, Map.of(), "--only", "3 GiB: send");
    assertTrue(ended.out().lines().anyMatch(line -> line.matches("(ok|skipped) .*")), ended.out());
  }

  @Test
  void javaBindingsCountersBetweenNodes() {
    Ended ended = javaBindings(3, Map.of("SHEAF_MPI_NODES", "2"), "--only", "counter");
    assertTrue(ended.out().contains("3 passed, 0 failed"), ended.toString());
  }

  private static Ended javaBindings(int ranks, Map<String, String> environment, String... words) {
    MpiLauncher.needJavaBindings();
    List<String> command =
        new ArrayList<>(MpiLauncher.java(ContractMain.class, "--transport", "openmpi"));
    command.addAll(List.of(words));
    Ended ended = MpiLauncher.OPEN_MPI.start(ranks, environment, command).await(LIMIT);
    assertEquals(0, ended.status(), ended.toString());
    assertTrue(ended.out().contains(", openmpi (Open MPI v"), ended.toString());
    return ended;
  }
}
