package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.journal.Entry;
import dev.sheaf.journal.InFlight;
import dev.sheaf.journal.JournalReader;
import dev.sheaf.journal.JournalWriter;
import dev.sheaf.journal.RunFile;
import dev.sheaf.journal.RunPaths;
import dev.sheaf.testing.Outputs;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs that are taken up again. What they had done is what their journals tell: here these are cut
/// as a kill could have left them. `CrashTest` kills.
class ResumeTest {
  private static final String PI = "pi --seeds 0..99 --trials 1000";
  private static final Pattern RESUMED =
      Pattern.compile("resumed: (\\d+) of (\\d+) items? were done\n");

  @TempDir static Path shared;
  private static Path images;

  @TempDir Path directory;

  @BeforeAll
  static void makeImages() {
    images = shared.resolve("images");
    Cli cli = Cli.run("sample", "images", images.toString(), "-n", "12", "--quiet");
    assertEquals(0, cli.status(), cli.err());
    Cli.run("sample", "iris", shared.resolve("iris.csv").toString(), "--quiet");
    Cli.run(
        ("sample taxi " + shared.resolve("taxi.parquet") + " --rows 150000 --quiet").split(" "));
    Cli noise =
        Cli.run(
            ("noise -n 30 --size 400x300 --channels 1 --format npy --quiet --out " + shared)
                .split(" "));
    assertEquals(0, noise.status(), noise.err());
    assertTrue(shared.resolve("noise.npy").toFile().renameTo(shared.resolve("array.npy").toFile()));
  }

  private Path out() {
    return directory.resolve("out");
  }

  private Cli run(String words, Path out) {
    String all =
        words.replace("IN", images.toString()).replace("SHARED", shared.toString())
            + " --out "
            + out;
    return Cli.run(all.split(" "));
  }

  private Cli done(String words, Path out) {
    Cli cli = run(words, out);
    assertEquals(0, cli.status(), cli.err());
    return cli;
  }

  private Cli resume(String words) {
    return Cli.run(("resume " + out() + (words.isEmpty() ? "" : " " + words)).split(" "));
  }

  /// As if the run had been killed.
  private void unfinished() {
    RunFile.read(out()).with(RunFile.State.RUNNING, 0, 0, 0, 0, List.of()).write(out());
  }

  /// Cuts a journal at some byte.
  private void cut(Path journal, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(journal);
    Files.write(journal, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
  }

  private static long resumed(Cli cli) {
    Matcher matcher = RESUMED.matcher(cli.err());
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private static void assertSame(Path expected, Path actual, String what) throws IOException {
    assertEquals(Outputs.names(expected), Outputs.names(actual), what);
    for (Path file : Outputs.under(expected)) {
      Path other = actual.resolve(expected.relativize(file));
      byte[] anonymous =
          Files.readString(other, java.nio.charset.StandardCharsets.ISO_8859_1)
              .replace(actual.toString(), expected.toString())
              .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      assertTrue(Arrays.equals(Files.readAllBytes(file), anonymous), what + ": " + file);
    }
  }

  /// Whatever is lost of the journals, the files are those of a run in one go.
  @ParameterizedTest
  @ValueSource(
      strings = {
        PI,
        "brightness IN",
        "pipeline IN --per-channel",
        "stats --normal 3000x5000 --bins 10",
        "matmul --random 800x150x10300 --library java --memory 19M",
        "load IN",
        "noise -n 30 --size 20x20",
        "noise -n 30 --size 20x20 --format npy",
        "flip IN --to jpeg",
        "flip IN --to pdf --one-file",
        "divide SHARED/array.npy SHARED/array.npy",
        "stats SHARED/array.npy --axis 1",
        "convolve --random 300x300 --filters 4x4 --count 3",
        "forest SHARED/iris.csv --target species --trees 20",
        "tips SHARED/taxi.parquet",
        "hist --label a=SHARED/taxi.parquet --label b=SHARED/taxi.parquet --column trip_distance",
        "describe SHARED/taxi.parquet",
        "stats SHARED/array.npy --bins 10 --quantiles 0.1,0.5",
        "stats SHARED/array.npy --bins 10 --range 0:255 --quantiles 0.1,0.5",
        "stats SHARED/array.npy --bins 10 --range 0:255 --quantiles 0.1,0.5 --durability item",
        "hist SHARED/taxi.parquet --column trip_distance --durability item",
        "stats SHARED/array.npy SHARED/array.npy --source scatter --bins 10 --quantiles 0.1,0.5",
        "convolve IN/0.jpg --filters 4x4 --count 3 --split image",
      })
  void theFilesAreThoseOfARunInOneGo(String command) throws IOException {
    Path whole = directory.resolve("whole");
    done(command + " --quiet --ranks 2 --threads 1", whole);
    String[] ways = {
      "--ranks 1 --threads 1",
      "--ranks 3 --threads 2 --schedule dynamic",
      "--ranks 2 --threads 1 --schedule guided",
      "--ranks 5 --threads 1 --schedule cyclic"
    };
    for (int seed = 0; seed < 4; seed++) {
      Random random = new Random(seed);
      done(command + " --restart --quiet --threads 1 --ranks " + (1 + seed % 3), out());
      unfinished();
      for (Path journal : RunPaths.list(out())) {
        cut(journal, random);
      }
      Cli cli = resume(ways[seed % ways.length]);
      assertEquals(0, cli.status(), command + ", seed " + seed + cli);
      assertSame(whole, out(), command + ", seed " + seed);
      assertEquals(RunFile.State.DONE, RunFile.read(out()).state());
    }
  }

  @Test
  void whatIsDoneIsNotDoneAgain() throws IOException {
    Cli first = done(PI + " --ranks 2 --threads 1", out());
    byte[] table = Files.readAllBytes(out().resolve("pi.csv"));
    unfinished();
    Path journal = RunPaths.list(out()).getFirst();
    byte[] bytes = Files.readAllBytes(journal);
    Files.write(journal, Arrays.copyOf(bytes, bytes.length / 2));
    Cli cli = resume("--ranks 3 --schedule dynamic");
    assertEquals(0, cli.status(), cli.err());
    assertTrue(resumed(cli) > 60 && resumed(cli) < 90, cli.err());
    assertTrue(cli.err().contains(journal + ": a record that was not written whole"), cli.err());
    assertEquals(first.out(), cli.out());
    assertEquals(-1, Arrays.mismatch(table, Files.readAllBytes(out().resolve("pi.csv"))));
    RunFile run = RunFile.read(out());
    assertEquals(2, run.attempt());
    assertEquals(100, run.done());
    assertEquals(
        List.of("0001-00000", "0001-00001", "0002-00000", "0002-00001", "0002-00002"),
        RunPaths.list(out()).stream()
            .map(file -> file.getFileName().toString().replace(".journal", ""))
            .toList());
    Cli again = resume("");
    assertEquals(0, again.status());
    assertEquals("", again.out());
    assertEquals(
        "sheaf pi: " + out() + ": the run is done, there is nothing to resume\n", again.err());
  }

  /// Neither are those of maps whose items have more than a value, nor those of a second map.
  @ParameterizedTest
  @CsvSource({
    "tips SHARED/taxi.parquet, 2",
    "hist SHARED/taxi.parquet --column trip_distance, 2 2",
    "describe SHARED/taxi.parquet, 2",
    "stats SHARED/array.npy --bins 10 --quantiles 0.5, 7 7",
    "stats SHARED/array.npy SHARED/array.npy --source scatter --bins 10 --quantiles 0.5, 28 28",
  })
  void nothingIsDoneTwice(String command, String items) throws IOException {
    Cli first = done(command + " --ranks 2 --threads 1", out());
    unfinished();
    Cli cli = resume("--ranks 3");
    assertEquals(0, cli.status(), cli.err());
    assertEquals(
        Arrays.stream(items.split(" "))
            .map(n -> "resumed: %s of %s items were done".formatted(n, n))
            .toList(),
        cli.err().lines().filter(line -> line.startsWith("resumed")).toList());
    assertEquals(first.out(), cli.out());
  }

  /// The time limit is that of the run, unless another is given. It is long over for this process.
  @Test
  void theTimeLimitIsThatOfTheResume() throws IOException {
    assertEquals(75, run(PI + " --walltime 1", out()).status());
    assertEquals(75, resume("").status());
    Cli cli = resume("--walltime 0");
    assertEquals(0, cli.status(), cli.err());
    assertTrue(Files.exists(out().resolve("pi.csv")));
  }

  /// What the items are depends on nothing but the work. Half of them were rank 1's.
  @ParameterizedTest
  @CsvSource({
    "matmul --random 800x150x10300 --library java --memory 19M, --memory 200M, 5 of 9",
    "matmul --random 800x150x10300 --library java --memory 200M, --memory 19M, 5 of 9",
    "convolve --random 900x900 --filters 4x4 --count 10, '', 101 of 202",
    "convolve --random 300x300 --filters 4x4 --count 3, '', 12 of 24",
    "convolve --random 900x900 --filters 4x4 --count 2 --split image, '', 51 of 101",
    "convolve IN/0.jpg --filters 3x3 --count 2 --split image, '', 12 of 23",
  })
  void onOtherRanksAndMemoryTheItemsAreTheSame(String command, String more, String resumed)
      throws IOException {
    Path whole = directory.resolve("whole");
    done(command + " --quiet --ranks 1 --threads 1", whole);
    done(command + " --ranks 2 --threads 1", out());
    unfinished();
    Files.delete(RunPaths.list(out()).get(1));
    Cli cli = resume("--ranks 3 --threads 2 " + more);
    assertEquals(0, cli.status(), cli.err());
    assertTrue(cli.err().contains("resumed: " + resumed + " items were done\n"), cli.err());
    assertSame(whole, out(), command);
  }

  /// A panel that has nothing to do is not read and sent again: no ranks share its tiles.
  @Test
  void panelsThatAreDoneAreLeftOut() throws IOException {
    String command =
        "matmul --random 800x150x10300 --library java --memory 19M --threads 1 --verbose";
    Cli first = done(command + " --ranks 1", out());
    Pattern share = Pattern.compile("^rank 0: items", Pattern.MULTILINE);
    assertEquals(2, share.matcher(first.err()).results().count(), first.err());
    unfinished();
    Cli cli = resume("");
    assertEquals(0, cli.status(), cli.err());
    assertEquals(0, share.matcher(cli.err()).results().count(), cli.err());
    assertEquals(first.out(), cli.out());
  }

  /// Rows that rank 0 sends: what has none that are missing is not sent, and the rest of a round is
  /// divided anew.
  @Test
  void roundsGoOn() throws IOException {
    String words = "convolve IN/0.jpg --filters 3x3 --count 2 --split image --ranks 2 --threads 2";
    Path whole = directory.resolve("whole");
    done(words + " --quiet", whole);
    for (int seed = 0; seed < 4; seed++) {
      done(words + " --restart", out());
      unfinished();
      cut(RunPaths.list(out()).get(1), new Random(seed)); // rank 1
      Cli cli = resume("");
      assertEquals(0, cli.status(), cli.toString());
      assertTrue(resumed(cli) > 0, cli.err());
      assertSame(whole, out(), "seed " + seed);
    }
    unfinished();
    Cli all = resume("");
    Matcher told = RESUMED.matcher(all.err());
    assertTrue(told.find() && told.group(1).equals(told.group(2)), all.err());
  }

  @Test
  void failedItemsAloneAreDoneAgain() throws IOException {
    Path in = Files.createDirectory(directory.resolve("in"));
    for (int i = 0; i < 12; i++) {
      Files.copy(images.resolve(i + ".jpg"), in.resolve(i + ".jpg"));
    }
    Files.write(in.resolve("7.jpg"), new byte[0]);
    Cli cli = Cli.run("brightness", in.toString(), "--on-error", "continue", "--out", out() + "");
    assertEquals(1, cli.status(), cli.err());
    assertEquals(RunFile.State.FAILED, RunFile.read(out()).state());
    Cli still = resume("");
    assertEquals(1, still.status(), still.err());
    assertEquals(11, resumed(still));
    Files.copy(
        images.resolve("7.jpg"),
        in.resolve("7.jpg"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Cli fixed = resume("");
    assertEquals(0, fixed.status(), fixed.err());
    assertEquals(11, resumed(fixed));
    Path whole = directory.resolve("whole");
    Cli.run("brightness", in.toString(), "--quiet", "--out", whole + "");
    assertSame(whole, out(), "brightness");
  }

  @Test
  void aRunThatWasNotFinishedIsNotOverwritten() throws IOException {
    done(PI + " --quiet", out());
    unfinished();
    Cli cli = run("pi --seeds 0..3 --trials 10 --quiet", out());
    assertEquals(2, cli.status());
    assertEquals(
        "sheaf pi: %s has a run of `sheaf %s --quiet --out %s` that was not finished (100 of 100 items done): go on with `sheaf resume %s`, or give --restart\n"
            .formatted(out(), PI, out(), out()),
        cli.err());
    assertEquals(RunFile.State.RUNNING, RunFile.read(out()).state());
    done("pi --seeds 0..3 --trials 10 --quiet --restart", out());
    done("pi --seeds 0..5 --trials 10 --quiet", out()); // that one was done
    for (Path journal : RunPaths.list(out())) {
      Files.delete(journal);
    }
    unfinished();
    done("pi --seeds 0..5 --trials 10 --quiet", out()); // nothing of it was
  }

  @Test
  void otherWorkIsNotResumed() throws IOException {
    done(PI + " --quiet", out());
    Cli other = run("pi --trials 2000 --seeds 0..99 --quiet --resume", out());
    unfinished();
    Cli cli = run("pi --trials 2000 --seeds 0..99 --quiet --resume", out());
    assertEquals(cli, other, "also if the run there is done");
    assertEquals(2, cli.status());
    assertTrue(
        cli.err()
            .endsWith(
                "the run there is another: `sheaf pi --seed=0 --seeds=0..99 --trials=1000 --rng=splitmix`, not `sheaf pi --seed=0 --seeds=0..99 --trials=2000 --rng=splitmix`; --force goes on with what is done, --restart begins anew\n"),
        cli.err());
    // The same work in other words, and other words that don't matter.
    Cli same =
        run(
            "pi --trials=1000 --seeds=0..99 --rng splitmix --schedule guided --chunk 3 --resume",
            out());
    assertEquals(0, same.status(), same.err());
    assertEquals(100, resumed(same));
    unfinished();
    Cli again = resume("--seeds 0..99"); // in the place of what was given
    assertEquals(0, again.status(), again.err());
    assertEquals(100, resumed(again));
  }

  @Test
  void anotherProgramDoesNotResume() throws IOException {
    done(PI, out());
    Path record = out().resolve("run.json");
    String other = Files.readString(record).replaceFirst("(\"program\": \")", "$1f");
    Files.writeString(record, other);
    unfinished();
    Cli cli = resume("");
    assertEquals(2, cli.status());
    assertTrue(cli.err().contains(": the program has changed: version "), cli.err());
    assertTrue(cli.err().endsWith("--restart begins anew\n"), cli.err());
    Cli forced = resume("--force");
    assertEquals(0, forced.status(), forced.err());
    assertTrue(forced.err().contains("; what is done stays (--force)"), forced.err());
    assertEquals(100, resumed(forced));
  }

  @Test
  void inputsThatHaveChangedAreRefusedByName() throws IOException {
    Path in = Files.createDirectory(directory.resolve("in"));
    for (int i = 0; i < 12; i++) {
      Files.copy(images.resolve(i + ".jpg"), in.resolve(i + ".jpg"));
    }
    String command = "brightness " + in + " --quiet";
    done(command, out());
    unfinished();
    Files.copy(
        images.resolve("3.jpg"),
        in.resolve("5.jpg"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Cli cli = resume("--ranks 3");
    assertEquals(2, cli.status());
    assertTrue(
        cli.err().contains(in.resolve("5.jpg") + ": changed since it was read; --force"),
        cli.err());
    Files.copy(images.resolve("3.jpg"), in.resolve("12.jpg"));
    Cli more = resume("");
    assertEquals(2, more.status());
    assertTrue(
        more.err()
            .contains(
                "the items have changed since the run began: there were 12, now there are 13"),
        more.err());
    Cli all = resume("--force");
    assertEquals(0, all.status(), all.err());
    assertTrue(
        all.err().contains("12, now there are 13; all of them are done again (--force)\n"),
        all.err());
    Files.delete(in.resolve("12.jpg"));
    unfinished();
    Cli forced = resume("--force --ranks 3");
    assertEquals(0, forced.status(), forced.err());
    assertTrue(
        forced.err().contains("again (--force): 1 item whose input has changed"), forced.err());
    Path whole = directory.resolve("whole");
    done(command, whole);
    assertSame(whole, out(), "forced");
  }

  /// Its results are of other bytes.
  @Test
  void changedInputsOfARunThatIsDoneAreToldToo() throws IOException {
    Path file = directory.resolve("a.npy");
    Files.copy(shared.resolve("array.npy"), file);
    done("stats " + file + " --bins 10 --quiet", out());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
    Cli cli = resume("");
    assertEquals(2, cli.status());
    assertEquals(
        "sheaf stats: %s: changed since the run in %s began; --force does all items again\n"
            .formatted(file, out()),
        cli.err());
    Cli forced = resume("--force");
    assertEquals(0, forced.status(), forced.err());
    assertTrue(forced.err().contains("; all items are done again (--force)"), forced.err());
    Files.delete(file);
    Cli gone = resume("");
    assertEquals(0, gone.status());
    assertTrue(gone.err().endsWith("the run is done, there is nothing to resume\n"), gone.err());
  }

  @Test
  void twoRunsAtOnceAreRefused() throws IOException {
    done(PI + " --quiet", out());
    Path file = RunPaths.journals(out()).resolve("lock");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      Cli cli = run(PI + " --quiet", out());
      assertEquals(2, cli.status());
      assertTrue(cli.err().contains(out() + ": another run is at work here (sheaf pi"), cli.err());
    }
    done(PI + " --quiet", out());
  }

  @Test
  void withNothingToResumeARunBegins() {
    Cli cli = run(PI + " --quiet --resume", out());
    assertEquals(0, cli.status());
    assertEquals("sheaf: " + out() + ": no run to go on with; this is a new one\n", cli.err());
    Cli none = Cli.run("resume", directory.resolve("none") + "");
    assertEquals(2, none.status());
    assertEquals(
        "sheaf resume: %s: no run there (no run.json)\n".formatted(directory.resolve("none")),
        none.err());
    assertFalse(Files.exists(directory.resolve("none")));
  }

  @Test
  void failuresAreInATable() throws IOException {
    Path in = Files.createDirectory(directory.resolve("in"));
    Files.copy(images.resolve("0.jpg"), in.resolve("0.jpg"));
    Path bad = Files.write(in.resolve("1.jpg"), new byte[0]);
    String[] words = {
      "brightness", in + "", "--on-error", "continue", "--ranks", "1", "--out", out() + ""
    };
    assertEquals(1, Cli.run(words).status());
    List<String> lines = Files.readAllLines(out().resolve("failed.tsv"));
    assertEquals("item\tinput\trank\thost\tattempts\tcause\treplay", lines.getFirst());
    assertEquals(2, lines.size());
    String[] fields = lines.get(1).split("\t");
    assertEquals(List.of("1", bad.toString(), "0"), List.of(fields).subList(0, 3));
    assertEquals("1", fields[4]);
    assertTrue(fields[5].contains("empty file"), fields[5]);
    assertTrue(fields[6].startsWith("sheaf brightness " + bad), fields[6]);
    Files.copy(images.resolve("1.jpg"), bad, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertEquals(0, resume("").status());
    assertFalse(Files.exists(out().resolve("failed.tsv")));
  }

  /// As if the only rank of the last attempt had died early, with an item in hand.
  private void diedWith(long item, int attempt) throws IOException {
    unfinished();
    Path journal = RunPaths.journal(out(), attempt, 0);
    byte[] bytes = Files.readAllBytes(journal);
    Files.write(journal, Arrays.copyOf(bytes, attempt == 1 ? bytes.length / 2 : 200));
    Path inFlight = RunPaths.inFlight(journal);
    Files.delete(inFlight);
    InFlight.create(inFlight, 1).begin(0, 0, item);
  }

  @Test
  void anItemThatRanksDiedWithTwiceIsSetAside() throws IOException {
    String command = PI + " --quiet --ranks 1 --threads 1";
    done(command, out());
    byte[] table = Files.readAllBytes(out().resolve("pi.csv"));
    diedWith(70, 1);
    assertEquals(0, resume("").status());
    List<Long> done = new ArrayList<>();
    JournalReader.read(
        RunPaths.journal(out(), 2, 0),
        Long.MAX_VALUE,
        entry -> {
          if (entry instanceof Entry.Done item) {
            done.add(item.item());
          }
        });
    assertEquals(70, done.getLast(), "what a rank has died with comes last");
    diedWith(70, 2);
    Cli cli = resume("");
    assertEquals(1, cli.status(), cli.err());
    assertTrue(cli.err().contains("sheaf pi: item 70 (seed 70) failed"), cli.err());
    assertTrue(cli.err().contains("set aside: its rank died with it in hand twice (host "));
    assertTrue(cli.err().contains("sheaf pi: 1 item failed, 99 done\n"), cli.err());
    Cli again = resume("");
    assertEquals(1, again.status(), again.err());
    assertEquals(0, resume("--poison 0").status());
    assertEquals(-1, Arrays.mismatch(table, Files.readAllBytes(out().resolve("pi.csv"))));
  }

  /// What was not flushed counts as long as the host has not been booted anew.
  @Test
  void afterACrashOfTheMachineOnlyWhatWasFlushedCounts() throws IOException {
    String command = "noise -n 30 --size 20x20 --ranks 1 --threads 1 --durability ";
    for (String durability : List.of("none", "item")) {
      done(command + durability + " --restart", out());
      unfinished();
      Path journal = RunPaths.list(out()).getFirst();
      List<Entry> entries = new ArrayList<>();
      Entry.Header header = JournalReader.read(journal, Long.MAX_VALUE, entries::add).header();
      assertEquals(durability.equals("item"), header.durable());
      Files.delete(journal);
      Entry.Header other =
          new Entry.Header(
              header.run(), 1, 0, header.host(), "another boot", 1, 1, header.durable(), 0);
      int flushed = 12;
      try (JournalWriter writer = JournalWriter.create(journal, other)) {
        for (int i = 0; i < 20; i++) {
          writer.append(entries.get(i));
          if (i == flushed) {
            writer.append(new Entry.Flushed(flushed, 0));
          }
        }
      }
      Cli cli = resume("");
      assertEquals(0, cli.status(), cli.err());
      // Of the records the first is the map's.
      assertEquals(durability.equals("item") ? 19 : flushed - 1, resumed(cli));
    }
  }

  /// After an image of another size the others are not written, only looked at.
  @Test
  void aMisfitIsNotTakenForDone() throws IOException {
    Path in = Files.createDirectory(directory.resolve("in"));
    for (int i = 0; i < 6; i++) {
      Files.copy(images.resolve(i + ".jpg"), in.resolve(i + ".jpg"));
    }
    Path other = Path.of("src/test/resources/dev/sheaf/image/rgb.jpg");
    Files.copy(other, in.resolve("6.jpg"));
    String command = "load " + in + " --quiet --ranks 2";
    assertEquals(2, run(command, out()).status());
    Files.copy(
        images.resolve("6.jpg"),
        in.resolve("6.jpg"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Cli cli = resume("--ranks 3");
    assertEquals(0, cli.status(), cli.err());
    Path whole = directory.resolve("whole");
    done(command, whole);
    assertSame(whole, out(), "load");
  }
}
