package dev.sheaf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunReportTest {
  /// Two ranks: 1 s and 3 s of computation, half a second of start, all else nothing.
  private static final RunReport REPORT =
      new RunReport(
          "sheaf pi",
          "local",
          2,
          1,
          "block",
          1000,
          2_000_000_000,
          4.0,
          new long[][] {
            {500_000_000, 0, 0, 0, 1_000_000_000, 0, 0, 0},
            {500_000_000, 0, 0, 0, 3_000_000_000L, 0, 0, 0}
          },
          Map.of("pi", 3.5, "mean", Double.NaN));

  @Test
  void theTableHasALineAPhaseAndTheRates() {
    assertEquals(
        """
        2 ranks x 1 thread, local, block
        phase        min [s]   mean [s]    max [s]  imbalance
        start         0.5000     0.5000     0.5000       0.0%
        scatter       0.0000     0.0000     0.0000       0.0%
        compute       1.0000     2.0000     3.0000      50.0%
        gather        0.0000     0.0000     0.0000       0.0%
        reduce        0.0000     0.0000     0.0000       0.0%
        write         0.0000     0.0000     0.0000       0.0%
        1,000 items in 4.000 s: 250 items/s, 500 MB/s\
        """,
        String.join("\n", REPORT.table()));
  }

  @Test
  void theJsonHoldsTheSame() {
    JsonObject json = JsonParser.parseString(REPORT.json()).getAsJsonObject();
    assertEquals(250, json.get("items_per_second").getAsDouble());
    assertEquals(5e8, json.get("bytes_per_second").getAsDouble());
    assertEquals(3.5, json.getAsJsonObject("results").get("pi").getAsDouble());
    assertTrue(json.getAsJsonObject("results").get("mean").isJsonNull()); // JSON has no NaN
    JsonObject compute = json.getAsJsonObject("phases").getAsJsonObject("compute");
    assertEquals(1, compute.get("min").getAsDouble());
    assertEquals(2, compute.get("mean").getAsDouble());
    assertEquals(3, compute.get("max").getAsDouble());
    assertEquals(0.5, compute.get("imbalance").getAsDouble());
  }
}
