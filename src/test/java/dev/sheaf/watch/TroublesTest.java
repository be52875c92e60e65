package dev.sheaf.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.transport.local.LocalTransport;
import dev.sheaf.watch.Troubles.Trouble;
import dev.sheaf.workload.Runner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever ends a rank in an item ends the job, and the message names rank, host and item.
class TroublesTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "CLASS", "EXIT"})
  void onEmbeddedRanks(Trouble trouble, @TempDir Path directory) throws Exception {
    Path err = directory.resolve("err");
    Process process =
        new ProcessBuilder(
                Jvm.command(
                    List.of("-Xmx64m"),
                    Troubles.class,
                    trouble.toString(),
                    "1",
                    "60",
                    "--ranks",
                    "3"))
            .redirectError(err.toFile())
            .start();
    assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "no end");
    String message = Files.readString(err, StandardCharsets.UTF_8);
    assertEquals(3, process.exitValue(), message);
    assertTells(message);
  }

  private static Stream<Arguments> onProcesses() {
    return Stream.of(MpiLauncher.values())
        .flatMap(launcher ->
            Stream.of(Trouble.MEMORY, Trouble.CLASS, Trouble.EXIT)
                .map(trouble -> Arguments.of(launcher, trouble)));
  }

  @ParameterizedTest
  @MethodSource
  void onProcesses(MpiLauncher launcher, Trouble trouble) {
    Ended ended = run(launcher, trouble);
    assertEquals(3, ended.status(), ended.toString());
    assertTells(ended.err());
  }

  /// An item's failure, as any exception.
  @Test
  void withoutStack() {
    PrintStream standard = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    int status;
    try {
      Troubles troubles = new Troubles(Trouble.STACK, 1);
      status =
          new LocalTransport()
              .run(3, world -> Runner.run(troubles, troubles.options(60, false), world));
    } finally {
      System.setErr(standard);
    }
    String message = err.toString(StandardCharsets.UTF_8);
    assertEquals(Runner.ITEMS_FAILED, status, message);
    assertTrue(message.contains(": item 2 (input-2) failed on rank 1, "), message);
    assertTrue(message.contains("StackOverflowError"), message);
  }

  private static void assertTells(String message) {
    assertTrue(message.contains("sheaf: rank 1 on "), message);
    assertTrue(message.contains("item 2 (input-2)"), message);
  }

  /// Under Open MPI, which gives the others a second, one of them tells it. MPICH kills them at
  /// once.
  @ParameterizedTest
  @EnumSource
  void byKill(MpiLauncher launcher) {
    Ended ended = run(launcher, Trouble.KILL);
    assertNotEquals(0, ended.status(), ended.toString());
    if (launcher == MpiLauncher.OPEN_MPI) {
      List<String> told = ended.err().lines().filter(line -> line.startsWith("sheaf: ")).toList();
      assertEquals(1, told.size(), ended.toString());
      assertTrue(told.getFirst().startsWith("sheaf: lost: rank 1 on "), ended.toString());
      assertTrue(told.getFirst().contains(", in item 2 (input-2) for "), ended.toString());
    }
  }

  private static Ended run(MpiLauncher launcher, Trouble trouble) {
    return launcher
        .start(
            3,
            Map.of("JDK_JAVA_OPTIONS", "-Xmx64m"),
            MpiLauncher.java(Troubles.class, trouble.toString(), "1", "60"))
        .await(LIMIT);
  }
}
