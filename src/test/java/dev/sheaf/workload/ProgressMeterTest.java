package dev.sheaf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.watch.Tally;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressMeterTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final CountDownLatch looks = new CountDownLatch(4);

  private Tally tally() {
    looks.countDown();
    return new Tally(looks.getCount() == 3 ? 0 : 8, 2, 0, 1, 4);
  }

  private String run(boolean terminal) throws InterruptedException {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    try (ProgressMeter _ =
        ProgressMeter.start(2, this::tally, out, terminal, Duration.ofMillis(1))) {
      assertTrue(looks.await(60, TimeUnit.SECONDS));
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void linesWhereThereIsNoTerminal() throws InterruptedException {
    String text = run(false);
    assertTrue(text.lines().count() >= 2, text);
    text.lines()
        .forEach(
            line -> assertEquals("2 of 8 items (25%), 0.5/s, 12 s left, 1 of 2 ranks busy", line));
  }

  @Test
  void oneLineOnATerminalThatIsGoneAtTheEnd() throws InterruptedException {
    String text = run(true);
    assertTrue(text.startsWith("2 of 8 items (25%), "), text);
    assertTrue(text.endsWith("\033[K\r\033[K"), text);
    assertEquals(-1, text.indexOf('\n'));
  }

  @Test
  void aRunThatIsOverAtOnceTellsNothing() {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    ProgressMeter.start(1, this::tally, out, true, Duration.ofHours(1)).close();
    assertEquals("", printed.toString(StandardCharsets.UTF_8));
  }
}
