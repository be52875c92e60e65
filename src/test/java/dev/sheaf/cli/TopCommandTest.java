package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.journal.Autopsy;
import dev.sheaf.journal.RunFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TopCommandTest {
  @TempDir Path directory;

  @Test
  void aRunThatHasEnded() {
    Path out = directory.resolve("out");
    Cli.run(("pi --seeds 0..19 --trials 1000 --ranks 3 --threads 1 --out " + out).split(" "));
    Cli top = Cli.run("top", out.toString());
    assertEquals(0, top.status(), top.err());
    List<String> lines = top.out().lines().toList();
    assertTrue(lines.get(0).startsWith("sheaf pi --seeds 0..19"), top.out());
    assertTrue(lines.get(1).startsWith("attempt 1, done, 3 ranks of 1 thread over local"));
    assertTrue(lines.get(2).startsWith("20 of 20 items (100%)"), top.out());
    assertTrue(lines.get(2).endsWith("0 of 3 ranks busy"), top.out());
    for (int rank = 0; rank < 3; rank++) {
      String items = rank == 2 ? "6" : "7";
      assertTrue(lines.get(4 + rank).matches(" +" + rank + " +" + items + " +0 .*"), top.out());
    }
    assertEquals(7, lines.size(), top.out());
  }

  @Test
  void aRunAtWorkTellsWhatIsInHand() throws Exception {
    Path go = directory.resolve("go");
    Path out = directory.resolve("out");
    String wait = "while [ ! -e " + go + " ]; do sleep 0.05; done\n";
    Path jobs = Files.writeString(directory.resolve("jobs"), "true\n" + wait + "exit 3\n" + wait);
    String words = "jobs " + jobs + " --ranks 2 --threads 1 --on-error continue --out " + out;
    try (ExecutorService run = Executors.newSingleThreadExecutor()) {
      Future<Cli> ended = run.submit(() -> Cli.run(words.split(" ")));
      try {
        List<String> lines = List.of();
        while (lines.stream().noneMatch(line -> line.startsWith("2 of 4 items"))) {
          if (Files.exists(out.resolve(RunFile.NAME))) {
            lines = Autopsy.of(out).now(System.currentTimeMillis());
          }
          Thread.sleep(20);
        }
        assertTrue(lines.get(1).contains("at work or killed"), lines.toString());
        assertTrue(lines.get(2).contains("1 failed, 2 of 2 ranks busy"), lines.toString());
        String rows = String.join("\n", lines.subList(4, 6));
        assertTrue(rows.matches("(?s).* 1\n.* 3") || rows.matches("(?s).* 3\n.* 1"), rows);
      } finally {
        Files.createFile(go);
      }
      assertEquals(1, ended.get().status());
    }
  }

  @Test
  void badWords() {
    Cli none = Cli.run("top", directory.resolve("none").toString());
    assertEquals(2, none.status());
    assertTrue(none.err().contains("no run.json there; give the --out of a run"), none.err());
    Cli often = Cli.run("top", directory.toString(), "--interval", "0");
    assertEquals(2, often.status());
    assertTrue(often.err().contains("--interval 0.0: must be seconds, 0.1 to 3600"), often.err());
  }
}
