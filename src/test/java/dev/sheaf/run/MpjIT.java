package dev.sheaf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Mpj;
import dev.sheaf.testing.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `run/mpj` with the packed jar.
class MpjIT {
  private static Shell mpj(String... words) {
    Mpj.need();
    List<String> command = new ArrayList<>(List.of("run/mpj"));
    command.addAll(List.of(words));
    return Shell.run(Map.of(), command.toArray(String[]::new));
  }

  private static void assertHello(Shell run, int ranks, String device) {
    assertEquals(0, run.status(), run.toString());
    List<String> lines = run.out().lines().toList();
    assertEquals(ranks, lines.size(), run.toString());
    for (int rank = 0; rank < ranks; rank++) {
      assertTrue(
          lines.get(rank).startsWith("rank " + rank + " of " + ranks + " on "), run.toString());
      assertTrue(lines.get(rank).endsWith(", " + device + ")"), run.toString());
    }
  }

  @Test
  void threads() {
    assertHello(mpj("-n", "3", "hello"), 3, "smpdev");
  }

  @Test
  void processes() {
    assertHello(mpj("-n", "3", "--hostfile", "hostfiles/local", "hello"), 3, "niodev");
  }

  /// Each process meets it; one tells it.
  @Test
  void aMistakeInTheWords() {
    Shell run = mpj("-n", "2", "--hostfile", "hostfiles/local", "pi", "--trials", "none");
    assertEquals(2, run.status(), run.toString());
    assertEquals(1, run.err().lines().count(), run.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-n 0 hello | -n 0: not a number of ranks; give one from 1",
        "-n x hello | -n x: not a number of ranks; give one from 1",
        "-n | -n: what? (see --help)",
        "--nodes 2 hello | unknown option '--nodes'; Sheaf's own come after its command (see --help)",
        "-n 2 | which command? For example: run/mpj -n 2 hello",
        "--hostfile none hello | --hostfile none: cannot be read",
      })
  void mistakes(String words, String expected) {
    Shell run = mpj(words.split(" "));
    assertEquals(2, run.status(), run.toString());
    assertEquals("run/mpj: " + expected + "\n", run.err());
  }
}
