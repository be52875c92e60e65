package dev.sheaf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeLimitTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "5400, 5400",
    "90:00, 5400",
    "1:30:00, 5400",
    "1-12:00:01, 129601",
  })
  void times(String text, long seconds) {
    assertEquals(Duration.ofSeconds(seconds), TimeLimit.parse(text));
  }

  /// The last three are what `squeue` says of a job without a limit.
  @ParameterizedTest
  @ValueSource(strings = {"", "1h", "-5", "1:2:3:4", "1.5", "UNLIMITED", "NOT_SET", "INVALID"})
  void noTimes(String text) {
    assertNull(TimeLimit.parse(text));
  }

  private static long left(String end) {
    return TimeLimit.left(null, Map.of("SLURM_JOB_END_TIME", end)).toSeconds();
  }

  /// A tenth is kept, and at most half a minute.
  @Test
  void ofTheBatchJob() {
    long now = Instant.now().getEpochSecond();
    long minute = left(Long.toString(now + 60));
    assertTrue(minute >= 40 && minute <= 54, minute + " s");
    long day = left(Long.toString(now + 86_400));
    assertTrue(day >= 86_340 && day <= 86_370, day + " s");
    assertNull(TimeLimit.left(null, Map.of()));
    assertNull(TimeLimit.left(Duration.ZERO, Map.of("SLURM_JOB_END_TIME", now + "")));
  }
}
