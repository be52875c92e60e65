package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaleCommandTest {
  @TempDir Path directory;

  /// A program in the place of ours: takes the time that Amdahl's law gives for a serial fraction
  /// of 1/4 and 8 s on one rank.
  ///
  /// @param body what it does more, with `n` ranks and output to `$out`
  private Path program(String body) throws IOException {
    return program("2 + 6 / n", body);
  }

  /// @param seconds with `n` ranks and `w` seeds
  private Path program(String seconds, String body) throws IOException {
    String script =
        """
        #!/bin/sh
        n=$1
        w=$(expr "$*" : '.*--seeds 1[.][.]\\([0-9]*\\) .*')
        while [ "$1" != --out ]; do shift; done
        out=$2
        mkdir "$out" && echo "pi of any number of ranks" > "$out/pi.csv"
        echo "$n $$" > "$out/run.json"
        %s
        echo '{"command": "x", "results": {"seconds": 0}, "seconds": '"$(awk -v n=$n -v w=$w 'BEGIN {print %s}')"'}' > "$4"
        """
            .formatted(body, seconds);
    Path file = Files.writeString(directory.resolve("program"), script);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Cli scale(Path program, String... more) {
    List<String> words =
        new java.util.ArrayList<>(
            List.of("scale", "pi", "--launcher", program + " {}", "--out", out().toString()));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(String[]::new));
  }

  private Path out() {
    return directory.resolve("out");
  }

  private List<String> written() throws IOException {
    try (var files = Files.list(out())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void timesThatFollowAmdahlsLaw() throws IOException {
    Cli cli = scale(program(""), "--ranks", "1,2,4", "--repeat", "2", "--predict", "1024");
    assertEquals(0, cli.status(), cli.err());
    assertEquals(6, cli.err().lines().filter(line -> line.startsWith("run ")).count(), cli.err());
    List<String> lines = cli.out().lines().toList();
    assertEquals("sheaf pi", lines.get(0));
    assertTrue(lines.get(1).startsWith("1 file and standard output, the same bytes"), cli.out());
    assertEquals(
        "    1         1      8.0000   8.0000 - 8.0000        1.00      100.0%           -",
        lines.get(3));
    assertEquals(
        "    4         1      3.5000   3.5000 - 3.5000        2.29       57.1%      0.2500",
        lines.get(5).replaceAll(" - 3.5000  +", " - 3.5000        "));
    assertEquals(
        "Amdahl: serial fraction 0.2500, never more than 4.0 times as fast; error 0.0%",
        lines.get(6));
    assertEquals(
        "Amdahl on 1,024 ranks: 2.0059 s, 3.99 times as fast: extrapolated from at most 4, not measured",
        lines.get(7));
    assertTrue(lines.get(8).startsWith("USL (Gunther): sigma 0.2500, kappa 0.000000"), cli.out());
    assertEquals(
        """
        ranks,threads,runs,median_seconds,least_seconds,most_seconds,speed_up,efficiency,karp_flatt
        1,1,2,8.0,8.0,8.0,1.0,1.0,
        2,1,2,5.0,5.0,5.0,1.6,0.8,0.25
        4,1,2,3.5,3.5,3.5,2.2857142857142856,0.5714285714285714,0.25
        """,
        Files.readString(out().resolve("scale.csv")));
    assertEquals(List.of("scale.csv", "scale.png", "scale.svg"), written());
  }

  /// With Gustafson's law and a serial fraction of 1/10: of 10 s one is serial.
  @Test
  void weakScalingComparesTheWorkOfEachRankCountWithThatOfOneRank() throws IOException {
    Path program = program("1 + 9 * w / 4 / n", "echo $w > $out/pi.csv");
    Cli cli =
        scale(
            program, "--seeds", "1..{4*ranks}", "--weak", "--ranks", "1,2,4", "--predict", "1024");
    assertEquals(0, cli.status(), cli.err());
    List<String> lines = cli.out().lines().toList();
    assertEquals("sheaf pi --seeds '1..{4*ranks}'", lines.get(0));
    assertTrue(lines.get(3).startsWith("work of 4 ranks: 1 file and standard output, the same"));
    assertEquals(
        "    4         1     10.0000  10.0000 - 10.0000       100.0%        37.0000      3.70",
        lines.get(7));
    assertEquals("Gustafson: serial fraction 0.1000; error 0.0%", lines.get(9));
    assertEquals(
        "Gustafson on 1,024 ranks: 921.70 times as fast as 1 rank with their work: extrapolated from at most 4, not measured",
        lines.get(10));
    assertEquals(
        """
        ranks,threads,runs,median_seconds,least_seconds,most_seconds,efficiency,one_rank_seconds,speed_up
        1,1,3,10.0,10.0,10.0,1.0,10.0,1.0
        2,1,3,10.0,10.0,10.0,1.0,19.0,1.9
        4,1,3,10.0,10.0,10.0,1.0,37.0,3.7
        """,
        Files.readString(out().resolve("scale.csv")));
  }

  @Test
  void weakScalingTellsNothingIfOneRankWritesOtherBytes() throws IOException {
    Path program = program("[ $n = 1 ] || echo >> $out/pi.csv");
    Cli cli = scale(program, "--seeds", "1..{ranks}", "--weak", "--ranks", "1,2", "--quiet");
    assertEquals(1, cli.status());
    assertEquals("", cli.out());
    assertTrue(
        cli.err().startsWith("sheaf scale: run 1 of 2 ranks x 1 thread: pi.csv differs"),
        cli.err());
  }

  @Test
  void otherBytesEndItBeforeAnySpeedUpIsTold() throws IOException {
    Cli cli = scale(program("[ $n != 4 ] || echo >> $out/pi.csv"), "--ranks", "1,2,4");
    assertEquals(1, cli.status());
    assertEquals("", cli.out());
    String problem = cli.err().lines().toList().getLast();
    assertTrue(
        problem.startsWith(
            "sheaf scale: run 1 of 4 ranks x 1 thread: pi.csv differs from that of the first run"),
        problem);
    assertEquals(List.of(), written());
  }

  @Test
  void aFileMoreOrLessIsADifferenceToo() throws IOException {
    Cli more = scale(program("[ $n = 1 ] || touch $out/more"), "--ranks", "1,2", "--quiet");
    assertEquals(1, more.status());
    assertTrue(more.err().contains("more: more than the first run wrote"), more.err());
    Cli less = scale(program("[ $n = 1 ] || rm $out/pi.csv"), "--ranks", "1,2", "--quiet");
    assertEquals(1, less.status());
    assertTrue(less.err().contains("pi.csv is missing"), less.err());
    Cli printed = scale(program("echo $n"), "--ranks", "1,2", "--quiet");
    assertEquals(1, printed.status());
    assertTrue(printed.err().contains("standard output differs"), printed.err());
  }

  @Test
  void aRunThatFailsIsToldInItsOwnWords() throws IOException {
    Cli cli = scale(program("echo no such core >&2; exit 3"), "--ranks", "1");
    assertEquals(3, cli.status());
    assertEquals("", cli.out());
    assertEquals(
        "sheaf scale: run 1 of 1 rank x 1 thread: exit status 3: no such core", cli.err().strip());
  }

  @Test
  void embeddedRanks() throws IOException {
    Cli cli =
        Cli.run(
            ("scale pi --seeds 0..3 --trials 1000 --ranks 1,2 --repeat 1 --out " + out())
                .split(" "));
    assertEquals(0, cli.status(), cli.err());
    assertTrue(cli.out().contains("1 file and standard output, the same bytes"), cli.out());
    assertTrue(cli.out().contains("USL (Gunther): needs three rank counts"), cli.out());
    assertEquals(List.of("scale.csv", "scale.png", "scale.svg"), written());
  }

  @Test
  void comparison() {
    Cli cli =
        Cli.run(
            ("scale pi --seeds 0..3 --trials 1000 --ranks 3 --repeat 1 --compare serial,ranks --out "
                    + out())
                .split(" "));
    assertEquals(0, cli.status(), cli.err());
    assertTrue(cli.out().contains("\nserial       1        1"), cli.out());
    assertTrue(cli.out().contains("\nranks        3        1"), cli.out());
    assertTrue(cli.out().endsWith("speed-up: against serial\n") || cli.out().contains("* more"));
  }
}
