package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.journal.RunFile;
import dev.sheaf.journal.RunPaths;
import dev.sheaf.testing.Cluster;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.Outputs;
import dev.sheaf.testing.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Three hosts with a rank each; one of them loses its power in the middle of a run. The run goes
/// on without it, on the two others or on embedded ranks, and has written the files of a run that
/// was never disturbed. What the host had written is there: the file system is a shared one.
class PowerCutTest {
  private static final int CUTS = Math.max(1, Integer.getInteger("sheaf.kills", 8) / 20);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final List<String> COMMANDS =
      List.of(
          "noise -n 600 --size 200x200",
          "noise -n 600 --size 200x200 --format npy",
          "pi --seeds 0..399 --trials 1000000",
          "hist TAXI TAXI --column trip_distance");

  @RegisterExtension static final Cluster HOSTS = Cluster.hosts();

  /// Each launcher in turn.
  static List<Integer> seeds() {
    return IntStream.range(0, CUTS).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aHostLosesItsPower(int seed) throws Exception {
    Random random = new Random(seed);
    MpiLauncher launcher = seed % 2 == 0 ? MpiLauncher.OPEN_MPI : MpiLauncher.MPICH;
    launcher.need();
    Path taxi = HOSTS.shared().resolve("taxi-" + seed + ".parquet");
    Path out = HOSTS.shared().resolve("out-" + seed);
    Path whole = HOSTS.shared().resolve("whole-" + seed);
    String command = COMMANDS.get(seed % COMMANDS.size()).replace("TAXI", taxi.toString());
    run("sample taxi " + taxi + " --rows 300000 --quiet");
    run(command + " --ranks 1 --quiet --out " + whole);
    String victim = "node" + (2 + random.nextInt(2));
    String told = "seed %d: %s loses its power, %s, %s".formatted(seed, victim, launcher, command);

    String words = command + " --threads 1 --quiet --stall 5 --out " + out;
    MpiLauncher.Run run = start(launcher, new int[] {1, 1, 1}, words);
    awaitJournals(out, run);
    LockSupport.parkNanos(random.nextInt(1500) * 1_000_000L);
    HOSTS.crash(victim);
    awaitNoRank(told);
    HOSTS.run("node1", "pkill", "-9", "-x", launcher.need().getFileName().toString());
    MpiLauncher.Ended ended = run.await(LIMIT);

    String resume = words + " --resume --poison 0";
    if (random.nextBoolean()) {
      int[] others = victim.equals("node2") ? new int[] {1, 0, 1} : new int[] {1, 1, 0};
      MpiLauncher.Ended again = start(launcher, others, resume).await(LIMIT);
      assertEquals(0, again.status(), told + ended + again);
    } else {
      run(resume + " --ranks 3");
    }
    assertEquals(hashes(whole), hashes(out), told);
    assertEquals(RunFile.State.DONE, RunFile.read(out).state(), told);
  }

  private static void run(String words) {
    Cli cli = Cli.run(words.split(" "));
    assertEquals(0, cli.status(), cli.toString());
  }

  private static MpiLauncher.Run start(MpiLauncher launcher, int[] slots, String words) {
    return HOSTS.start(
        "node1", Map.of(), HOSTS.launch(launcher, slots, Main.class, words.split(" ")));
  }

  /// Waits until all ranks have begun their journals.
  private static void awaitJournals(Path out, MpiLauncher.Run run) throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (RunPaths.list(out).size() < 3 && run.launcher().isAlive()) {
      assertTrue(System.nanoTime() < deadline, "no journals");
      LockSupport.parkNanos(10_000_000);
    }
  }

  /// Waits until the ranks on the other hosts have ended, as the launcher or the watchdog has them
  /// do.
  private static void awaitNoRank(String told) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (HOSTS.processes().stream().anyMatch(line -> line.endsWith(" java"))) {
      assertTrue(System.nanoTime() < deadline, told + ": ranks live on: " + HOSTS.processes());
      LockSupport.parkNanos(100_000_000);
    }
  }

  private static Map<String, String> hashes(Path out) throws IOException {
    Map<String, String> hashes = new HashMap<>();
    for (Path file : Outputs.under(out)) {
      hashes.put(out.relativize(file).toString(), Sha256.of(Files.readAllBytes(file)));
    }
    return hashes;
  }
}
