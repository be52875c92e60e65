package dev.sheaf.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessAgeTest {
  @Test
  void isTheUptimeWithoutTheStart() {
    String stat =
        "4711 (a) b (c)) S 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 9 10 11\n";
    assertEquals(Duration.ofMillis(250), ProcessAge.of(stat, "1234.81 99.00\n"));
  }

  @Test
  void isNoLessThanThatOfTheJvm() {
    Duration jvm = Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
    assertTrue(ProcessAge.now().plusMillis(20).compareTo(jvm) >= 0);
  }
}
