package dev.sheaf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProgressLineTest {
  @Test
  void itemsRateTimeLeftFailuresAndRanks() {
    assertEquals(
        "1,000 of 4,000 items (25%), 100/s, 30 s left, 1 of 2 ranks busy",
        new ProgressLine(4000, 1000, 0, 1, 2, 10).text());
    assertEquals(
        "3 of 400 items (0%), 1.5/s, 4:25 left, 1 failed, 1 of 1 rank busy",
        new ProgressLine(400, 2, 1, 1, 1, 2).text());
    assertEquals(
        "1 of 10,801 items (0%), 1.0/s, 3:00:00 left, 2 of 2 ranks busy",
        new ProgressLine(10_801, 1, 0, 2, 2, 1).text());
  }

  @Test
  void nothingDoneIsNoRate() {
    assertEquals(
        "0 of 7 items (0%), 2 of 2 ranks busy", new ProgressLine(7, 0, 0, 2, 2, 12).text());
  }

  @Test
  void allButOneIsNotAll() {
    String line = new ProgressLine(1000, 999, 0, 1, 1, 1).text();
    assertTrue(line.startsWith("999 of 1,000 items (99%), 999/s, 1 s left"), line);
  }
}
