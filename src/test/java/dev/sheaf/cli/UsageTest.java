package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          | which command?
          helo | 'helo'; did you mean hello
          hello --rnks 2 | '--rnks'
          hello --ranks | '--ranks'
          hello --ranks two | 'two' is not
          hello --ranks 0 | --ranks 0: must be at least 1
          hello --ranks -3 | --ranks -3: must be at least 1
          hello --threads 0 | --threads 0: must be at least 1
          hello --chunk 0 | --chunk 0: must be at least 1
          hello --chunk 99999999999999999999 | '99999999999999999999' is not
          hello --retries -1 | --retries -1: must not be negative
          hello --timeout 0 | --timeout 0.0: must be seconds, 0.001 to 31536000
          hello --timeout NaN | --timeout NaN: must be seconds
          hello --timeout soon | 'soon' is not
          matmul --random 5x5x5 --timeout 1 | --timeout: its items can't be given up
          hello --walltime 1h | --walltime 1h: must be seconds, or a time as 1:30:00
          hello --schedule magic | 'magic'
          hello --on-error explode | 'explode'
          hello --transport pigeon | --transport pigeon: there is
          hello there | 'there'
          """)
  void badWordsAreOneLineAndStatusTwo(String words, String expected) {
    Cli cli = Cli.run(words == null ? new String[0] : words.split(" "));
    assertEquals(2, cli.status(), cli.err());
    assertEquals("", cli.out());
    assertTrue(cli.err().contains(expected), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().matches("(?s)sheaf( [a-z]+)*: .*"), cli.err());
  }

  @Test
  void helpAndVersion() {
    Cli help = Cli.run("--help");
    assertEquals(0, help.status());
    for (String command : new String[] {"load", "pi", "sample", "hello"}) {
      assertTrue(help.out().contains("  " + command + " "), help.out());
    }
    assertEquals(0, Cli.run("--version").status());
    assertTrue(Cli.run("hello", "--help").out().contains("--schedule"));
  }

  @Test
  void helloPrintsALineARankInOrder() {
    Cli cli = Cli.run("hello", "--ranks", "5");
    assertEquals(0, cli.status());
    String[] lines = cli.out().lines().toArray(String[]::new);
    assertEquals(5, lines.length);
    for (int rank = 0; rank < 5; rank++) {
      assertTrue(lines[rank].startsWith("rank " + rank + " of 5 on "), lines[rank]);
      assertTrue(lines[rank].contains("pid " + ProcessHandle.current().pid()), lines[rank]);
      assertTrue(lines[rank].endsWith(", local"), lines[rank]);
    }
    assertEquals("", cli.err());
  }
}
