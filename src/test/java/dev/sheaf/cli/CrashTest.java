package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.journal.Entry;
import dev.sheaf.journal.JournalReader;
import dev.sheaf.journal.RunFile;
import dev.sheaf.journal.RunPaths;
import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.Outputs;
import dev.sheaf.testing.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs are killed (SIGKILL) at moments chosen by a seed, resumed in another way, killed again or
/// not, and in the end have written the files of a run that was never killed: names and SHA-256.
///
/// `-Dsheaf.kills=200` (`make test-crash`) for more than the few of a normal test run;
/// `-Dsheaf.kill.seed=S` begins with another seed, which a failure tells.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashTest {
  private static final int KILLS = Integer.getInteger("sheaf.kills", 8);
  private static final int FIRST_SEED = Integer.getInteger("sheaf.kill.seed", 0);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private static final List<String> COMMANDS =
      List.of(
          "pi --seeds 0..199 --trials 1000000",
          "load IN/images --delay 10",
          "noise -n 300 --size 200x200",
          "flip IN/images --to jpeg --angle 90 --reencode",
          "forest IN/iris.csv --target species --trees 150 --replicate 40",
          "brightness IN/images",
          "noise -n 400 --size 200x200 --format npy",
          "stats IN/array.npy --axis 1",
          "divide IN/array.npy IN/array.npy",
          "flip IN/images --to pdf --one-file",
          "convolve --random 1500x1500 --filters 9x9 --count 6 --mode same --stride 2 --iterations 2",
          "matmul --random 700x500x10000 --library java --memory 50M",
          "stats IN/array.npy --bins 20",
          "pipeline IN/images",
          "batches IN/images --batch 8 --epochs 3",
          "tips IN/taxi.parquet",
          "predict IN/forest.json IN/many.csv",
          "hist --label a=IN/taxi.parquet --label b=IN/taxi.parquet --column trip_distance",
          "describe IN/taxi.parquet IN/taxi.parquet",
          "jobs IN/jobs.txt --logs job",
          "map IN/Square.java --range 0..199",
          "stats IN/array.npy --quantiles 0.1,0.5 --bins 20 --range 0:255",
          "noise -n 200 --size 200x200 --format jpg --channels 1",
          "convolve --random 1500x1500 --filters 9x9 --count 6 --split image",
          "convolve IN/images/0.jpg --filters 9x9 --count 60 --split image",
          "stats IN/array.npy IN/array.npy IN/array.npy --source scatter --bins 20");

  private static final List<String> WAYS =
      List.of(
          "--ranks 1 --threads 1",
          "--ranks 2 --threads 1 --schedule dynamic",
          "--ranks 3 --threads 2 --schedule guided",
          "--ranks 4 --threads 1 --schedule cyclic --chunk 2",
          "--ranks 2 --threads 2");

  /// Of `map`: items of a few milliseconds.
  private static final String SQUARE =
      """
      import dev.sheaf.Item;
      import dev.sheaf.Task;

      public class Square implements Task {
        @Override
        public Object apply(Item item) throws Exception {
          Thread.sleep(5);
          return item.number() * item.number();
        }
      }
      """;

  @TempDir static Path root;
  private final Map<String, Whole> wholes = new HashMap<>();

  /// What a run in one go has written, and how long that took in a process of its own.
  private record Whole(Map<String, String> files, long nanos) {}

  @BeforeAll
  void makeInput() throws IOException {
    Path in = root.resolve("in");
    run("sample images " + in.resolve("images") + " -n 60 --quiet");
    run("sample iris " + in.resolve("iris.csv"));
    run("noise -n 40 --size 256x256 --format npy --channels 1 --quiet --out " + in);
    assertTrue(in.resolve("noise.npy").toFile().renameTo(in.resolve("array.npy").toFile()));
    run("sample taxi " + in.resolve("taxi.parquet") + " --rows 300000 --quiet");
    run("forest " + in.resolve("iris.csv") + " --target species --trees 5 --quiet --out " + in);
    List<String> iris = Files.readAllLines(in.resolve("iris.csv"));
    List<String> many = new ArrayList<>(iris.subList(0, 1));
    Collections.nCopies(400, iris.subList(1, iris.size())).forEach(many::addAll);
    Files.write(in.resolve("many.csv"), many);
    Files.write(
        in.resolve("jobs.txt"),
        IntStream.range(0, 60).mapToObj(i -> "seq " + i + "; sleep 0.01; echo end").toList());
    Files.writeString(in.resolve("Square.java"), SQUARE);
  }

  private static void run(String words) {
    Cli cli = Cli.run(words.split(" "));
    assertEquals(0, cli.status(), cli.toString());
  }

  private String words(String command, Path out) {
    return command.replace("IN", root.resolve("in").toString()) + " --quiet --out " + out;
  }

  private Process start(String words) throws IOException {
    return new ProcessBuilder(
            Jvm.command(
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Main.class,
                words.split(" ")))
        .redirectErrorStream(true)
        .redirectOutput(root.resolve("log").toFile())
        .start();
  }

  private Whole whole(String command) throws Exception {
    Whole known = wholes.get(command);
    if (known == null) {
      Path out = Files.createTempDirectory(root, "whole");
      long begin = System.nanoTime();
      Process process = start(words(command, out) + " " + WAYS.getLast());
      assertEquals(0, process.waitFor(), () -> log());
      known = new Whole(hashes(out), System.nanoTime() - begin);
      wholes.put(command, known);
    }
    return known;
  }

  private String log() {
    try {
      return Files.readString(root.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// Of all that was written, without the names of the directories.
  private Map<String, String> hashes(Path out) throws IOException {
    Map<String, String> hashes = new HashMap<>();
    for (Path file : Outputs.under(out)) {
      byte[] bytes = Files.readAllBytes(file);
      String text = new String(bytes, StandardCharsets.UTF_8);
      if (file.toString().endsWith(".csv")) {
        bytes = text.replace(out.toString(), "OUT").getBytes(StandardCharsets.UTF_8);
      } else if (file.endsWith("status.tsv")) {
        bytes = jobs(text).getBytes(StandardCharsets.UTF_8);
      }
      hashes.put(out.relativize(file).toString(), Sha256.of(bytes));
    }
    return hashes;
  }

  /// Which jobs ended how: each once, in any order, whenever and wherever that was.
  private static String jobs(String status) {
    return status
        .lines()
        .map(line -> line.split("\t"))
        .map(fields -> String.join("\t", fields[0], fields[1], fields[6]))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  /// One kill after the other, on embedded ranks.
  @Test
  void filesAreThoseOfARunThatWasNeverKilled() throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      int seed = FIRST_SEED + kill;
      String command = COMMANDS.get(seed % COMMANDS.size());
      Whole whole = whole(command);
      Random random = new Random(seed);
      Path out = Files.createTempDirectory(root, "out");
      String way = WAYS.get(random.nextInt(WAYS.size()));
      String words = words(command, out) + " " + way;
      StringBuilder told = new StringBuilder("seed " + seed + ": " + words);
      do {
        long millis = (long) (whole.nanos / 1e6 * (0.2 + 0.8 * random.nextDouble()));
        Process process = start(words);
        process.waitFor(millis, TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
        told.append("; killed after ").append(millis).append(" ms");
        way = WAYS.get(random.nextInt(WAYS.size()));
        words = words(command, out) + " --resume --poison 0 " + way;
        told.append("; ").append(way);
      } while (kill % 4 == 3 && random.nextBoolean());
      Cli cli = Cli.run(words.split(" "));
      assertEquals(0, cli.status(), () -> told + "\n" + cli + log());
      assertEquals(whole.files, hashes(out), told::toString);
      assertEquals(RunFile.State.DONE, RunFile.read(out).state(), told::toString);
    }
  }

  /// Whom SIGKILL hits.
  private enum Victim {
    RANK,
    ALL_RANKS,
    LAUNCHER
  }

  /// On ranks that are processes; then on other ranks, or on embedded ones.
  @ParameterizedTest
  @EnumSource(MpiLauncher.class)
  void ranksOfALauncher(MpiLauncher launcher) throws Exception {
    launcher.need();
    int kills = Math.max(1, KILLS / 20);
    for (int seed = FIRST_SEED; seed < FIRST_SEED + kills; seed++) {
      Random random = new Random(seed);
      for (Victim victim : KILLS < 20 ? List.of(Victim.RANK) : List.of(Victim.values())) {
        String command = COMMANDS.get(random.nextInt(KILLS < 20 ? 6 : COMMANDS.size()));
        Path out = Files.createTempDirectory(root, "out");
        String told = "seed %d: %s, %s".formatted(seed, victim, command);
        MpiLauncher.Run run = launch(launcher, 3, words(command, out) + " --threads 1");
        List<ProcessHandle> ranks = ranks(out, 3, run);
        LockSupport.parkNanos(random.nextInt(600) * 1_000_000L);
        for (ProcessHandle each : victims(victim, ranks, run, random)) {
          each.destroyForcibly();
        }
        run.await(LIMIT);
        awaitEnd(ranks, told);
        String words = words(command, out) + " --resume --poison 0";
        MpiLauncher[] launchers = MpiLauncher.values();
        int how = random.nextInt(KILLS < 20 ? 2 : launchers.length + 1);
        if (how == 0) {
          Cli cli = Cli.run((words + " --ranks 2").split(" "));
          assertEquals(0, cli.status(), told + cli);
        } else {
          MpiLauncher next = KILLS < 20 ? launcher : launchers[how - 1];
          MpiLauncher.Ended ended =
              launch(next, 2, words + " --threads 1 --schedule dynamic").await(LIMIT);
          assertEquals(0, ended.status(), told + ", then " + next + ended);
        }
        assertEquals(whole(command).files, hashes(out), told);
      }
    }
  }

  private static MpiLauncher.Run launch(MpiLauncher launcher, int ranks, String words) {
    return launcher.start(
        ranks,
        Map.of("SHEAF_MPI_LIB", launcher.library()),
        MpiLauncher.java(Main.class, words.split(" ")));
  }

  private static List<ProcessHandle> victims(
      Victim victim, List<ProcessHandle> ranks, MpiLauncher.Run run, Random random) {
    return switch (victim) {
      case RANK -> List.of(ranks.get(random.nextInt(ranks.size())));
      case ALL_RANKS -> {
        List<ProcessHandle> all = new ArrayList<>(ranks);
        Collections.shuffle(all, random);
        yield all;
      }
      case LAUNCHER -> List.of(run.launcher());
    };
  }

  /// The processes of the ranks, by their journals, when all have begun them.
  private static List<ProcessHandle> ranks(Path out, int count, MpiLauncher.Run run)
      throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      List<ProcessHandle> found = new ArrayList<>();
      for (int rank = 0; rank < count; rank++) {
        Path journal = RunPaths.journal(out, 1, rank);
        try {
          Entry.Header header = JournalReader.read(journal, Long.MAX_VALUE, _ -> {}).header();
          Optional.ofNullable(header)
              .flatMap(known -> ProcessHandle.of(known.pid()))
              .ifPresent(found::add);
        } catch (NoSuchFileException _) {
          // not yet
        }
      }
      if (found.size() == count || !run.launcher().isAlive()) {
        return found;
      }
      assertTrue(System.nanoTime() < deadline, "no journals");
      LockSupport.parkNanos(10_000_000);
    }
  }

  /// Where a launcher was killed, its ranks take some time to notice.
  private static void awaitEnd(List<ProcessHandle> ranks, String told) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (ranks.stream().anyMatch(ProcessHandle::isAlive)) {
      assertTrue(System.nanoTime() < deadline, told + ": ranks live on");
      LockSupport.parkNanos(50_000_000);
    }
  }
}
