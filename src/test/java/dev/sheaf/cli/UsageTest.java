package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
          load pom.xml README.md LICENSE | 2 files too many, from 'README.md' on: a pattern needs quotes
          scale | Missing required parameter: 'COMMAND'
          scale helo | 'helo'
          scale doctor | doctor: is not a workload
          scale scale pi | is not what a job can run
          scale pi --seeds x --ranks 1 | --seeds x
          scale pi --ranks 2,4 | --ranks: counts must ascend from 1
          scale pi --ranks 1,4,2 | --ranks: counts must ascend from 1
          scale pi --ranks 0 | --ranks 0: must be 1 to
          scale pi --ranks 1,two | 'two' is not
          scale pi --repeat 0 | --repeat 0: must be at least 1
          scale pi --predict 0 | --predict 0: must be 1 to
          scale pi --launcher mpirun | --launcher: {} must stand for
          scale pi --weak | --weak: the work must grow with the ranks
          scale pi --seeds 1..{ranks*4} --weak | --weak: the work must grow with the ranks
          scale pi --seeds 1..{4*ranks} | '1..{4*ranks}' is not a seed
          scale pi --seeds 1..{2*ranks-2} --weak | '1..0' is empty
          scale pi --seeds 1..{ranks} --weak --compare serial | leave out --threads, --predict
          scale pi --json report | --json: not for the runs of scale
          scale pi --compare processes | 'processes'
          scale pi --compare serial --threads 2 | --compare: gives ranks and threads itself
          scale hello --ranks 1 | hello: is not a workload with phases
          """)
  void badWordsAreOneLineAndStatusTwo(String words, String expected) {
    Cli cli = Cli.run(words == null ? new String[0] : words.split(" "));
    assertEquals(2, cli.status(), cli.err());
    assertEquals("", cli.out());
    assertTrue(cli.err().contains(expected), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().matches("(?s)sheaf( [a-z]+)*: .*"), cli.err());
  }

  /// What is wrong comes out when the input is read: `--out` is there then, and gone again.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          forest iris.csv --target genus | no column 'genus'
          predict iris.csv iris.csv | not a model
          tips iris.csv | no column 'tip_amount'
          hist iris.csv --column species | column 'species' holds text
          describe none.csv | none.csv: no such file
          load pom.xml/*.jpg | no file matches
          jobs --template {genus} iris.csv | no such column
          stats iris.csv | not an .npy file
          stats PACKED --axis 9 | --axis 9: out of bounds
          stats PACKED --source scatter --slice 99 | --slice 99
          divide iris.csv iris.csv | not an .npy file
          flip none.jpg --to pdf | none.jpg
          noise -n 3 --size 0x0 | --size 0x0
          """)
  void aRefusedCommandLeavesNothing(String words, String expected, @TempDir Path directory)
      throws IOException {
    Cli.run("sample", "iris", directory.resolve("iris.csv").toString());
    Path out = directory.resolve("some/where");
    String packed = "src/test/resources/dev/sheaf/cli/arrays/packed.npz:cube";
    String files = words.replaceAll("(iris|none)(\\.\\w+)", directory + "/$1$2");
    String[] command = (files.replace("PACKED", packed) + " --out " + out).split(" ");
    Cli cli = Cli.run(command);
    assertTrue(cli.err().contains(expected), cli.err());
    assertEquals(2, cli.status());
    assertFalse(Files.exists(directory.resolve("some")));
    Files.createDirectories(out);
    assertEquals(2, Cli.run(command).status());
    assertTrue(Files.isDirectory(out));
  }

  @Test
  void helpAndVersion() {
    Cli help = Cli.run("--help");
    assertEquals(0, help.status());
    for (String command : new String[] {"load", "pi", "sample", "hello"}) {
      assertTrue(help.out().contains("  " + command + " "), help.out());
    }
    List<String> commands =
        help.out()
            .lines()
            .dropWhile(line -> !line.startsWith("Commands:"))
            .takeWhile(line -> !line.startsWith("Exit status:"))
            .map(line -> Pattern.compile("^  (\\w+)").matcher(line))
            .filter(Matcher::find)
            .map(line -> line.group(1))
            .toList();
    assertTrue(commands.size() > 20, commands.toString());
    for (String command : commands) {
      String usage = Cli.run(command, "--help").out();
      assertTrue(usage.startsWith("Usage: sheaf " + command + " "), usage);
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
