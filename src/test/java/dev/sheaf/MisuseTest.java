package dev.sheaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.cli.Cli;
import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.Mpj;
import dev.sheaf.testing.Shell;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Wrong use of the library ends with a message, and never hangs.
class MisuseTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @ParameterizedTest
  @EnumSource
  void isToldOnEmbeddedRanks(Misuse misuse) {
    Cli cli = Cli.run(() -> Sheaf.run(new String[] {"--ranks", "2"}, misuse));
    assertTold(misuse, cli.status(), cli.err());
  }

  @ParameterizedTest
  @EnumSource
  void isToldUnderOpenMpi(Misuse misuse) {
    assertTold(misuse, MpiLauncher.OPEN_MPI);
  }

  @ParameterizedTest
  @EnumSource
  void isToldUnderMpich(Misuse misuse) {
    assertTold(misuse, MpiLauncher.MPICH);
  }

  @ParameterizedTest
  @EnumSource
  void isToldThroughOpenMpisJavaBindings(Misuse misuse) {
    MpiLauncher.needJavaBindings();
    assertTold(misuse, MpiLauncher.OPEN_MPI, "--transport", "openmpi");
  }

  @ParameterizedTest
  @EnumSource
  void isToldByThreadsOfMpjExpress(Misuse misuse) {
    Mpj.need();
    assertTold(
        misuse,
        Jvm.command(List.of(), Misuse.class, misuse.name(), "--transport", "mpj", "--ranks", "2"));
  }

  @ParameterizedTest
  @EnumSource
  void isToldByProcessesOfMpjExpress(Misuse misuse) {
    assertTold(misuse, Mpj.processes(2, Misuse.class, misuse.name()));
  }

  private static void assertTold(Misuse misuse, List<String> command) {
    Shell run = Shell.run(Map.of(), command.toArray(String[]::new));
    assertTold(misuse, run.status(), run.err());
  }

  private static void assertTold(Misuse misuse, MpiLauncher launcher, String... options) {
    List<String> words = new ArrayList<>(List.of(misuse.name()));
    words.addAll(List.of(options));
    List<String> command = MpiLauncher.java(Misuse.class, words.toArray(String[]::new));
    MpiLauncher.Ended ended = launcher.start(2, Map.of(), command).await(LIMIT);
    assertTold(misuse, ended.status(), ended.err());
  }

  private static void assertTold(Misuse misuse, int status, String err) {
    assertTrue(Pattern.compile(misuse.told).matcher(err).find(), err);
    assertEquals(misuse == Misuse.BODY ? 1 : 3, status, err);
  }

  /// Where ranks are processes: `WatchMpiTest`.
  @Timeout(120)
  @Test
  void aRankThatNeverComesIsNamed() {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    PrintStream err = System.err;
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    try {
      int status =
          Sheaf.run(
              new String[] {"--ranks", "2", "--stall", "1"},
              world -> {
                String absent = "rank 0 waits in barrier; absent: rank 1 on ";
                while (world.rank() == 1
                    && !told.toString(StandardCharsets.UTF_8).contains(absent)) {
                  Thread.sleep(20);
                }
                world.barrier();
              });
      assertEquals(0, status, told.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(err);
    }
  }
}
