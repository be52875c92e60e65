package dev.sheaf.report;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializationContext;
import com.google.gson.JsonSerializer;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The figures of one finished run: how long each phase took on the ranks, and how much was done.
///
/// @param command the words that started the run
/// @param transport the transport and its library
/// @param ranks the number of ranks
/// @param threads the threads of each rank
/// @param schedule the schedule's name
/// @param items the number of finished items
/// @param bytes the bytes of input or output that the rate is given in; 0 if that makes no sense
/// @param seconds from when all ranks had met to the end
/// @param phases the nanoseconds of each rank (first index) in each phase (second index, in the
///   phases' order)
/// @param results the workload's own results, by name
public record RunReport(
    String command,
    String transport,
    int ranks,
    int threads,
    String schedule,
    long items,
    long bytes,
    double seconds,
    long[][] phases,
    Map<String, Object> results) {

  /// The least, mean and largest time of the ranks in one phase, in seconds.
  ///
  /// @param imbalance the largest over the mean, less 1: 0 when all ranks took the same time
  private record Spread(double min, double mean, double max, double imbalance) {}

  private Map<Phase, Spread> spreads() {
    Map<Phase, Spread> spreads = new EnumMap<>(Phase.class);
    int index = 0;
    for (Phase phase : Phase.values()) {
      int column = index++;
      DoubleSummaryStatistics seconds =
          Arrays.stream(phases).mapToDouble(rank -> rank[column] / 1e9).summaryStatistics();
      if ((phase == Phase.COMPILE || phase == Phase.TRANSFER) && seconds.getMax() == 0) {
        continue;
      }
      double mean = seconds.getAverage();
      spreads.put(
          phase,
          new Spread(
              seconds.getMin(),
              mean,
              seconds.getMax(),
              mean > 0 ? seconds.getMax() / mean - 1 : 0));
    }
    return spreads;
  }

  /// The table for the terminal: a line a phase, then the rates.
  public List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s x %s, %s, %s"
            .formatted(Count.of(ranks, "rank"), Count.of(threads, "thread"), transport, schedule));
    lines.add("phase        min [s]   mean [s]    max [s]  imbalance");
    spreads()
        .forEach((phase, s) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%-8s %11.4f %10.4f %10.4f %9.1f%%",
                    phase.label(),
                    s.min,
                    s.mean,
                    s.max,
                    100 * s.imbalance)));
    double perSecond = seconds > 0 ? items / seconds : 0;
    String rate =
        String.format(
            Locale.ROOT,
            perSecond < 100 ? "%s in %.3f s: %.1f items/s" : "%s in %.3f s: %,.0f items/s",
            Count.of(items, "item"),
            seconds,
            perSecond);
    lines.add(bytes > 0 ? rate + ", " + bytesPerSecond() : rate);
    return lines;
  }

  /// With an SI prefix, to three digits.
  private String bytesPerSecond() {
    double rate = seconds > 0 ? bytes / seconds : 0;
    String[] units = {"B/s", "kB/s", "MB/s", "GB/s", "TB/s"};
    int i = 0;
    while (rate >= 1000 && i < units.length - 1) {
      rate /= 1000;
      i++;
    }
    int decimals = rate >= 100 ? 0 : rate >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f %s", rate, units[i]);
  }

  private static JsonElement number(Double value, Type type, JsonSerializationContext context) {
    return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
  }

  /// The same figures as JSON. What is no number (a mean of nothing) is `null`: JSON has no NaN.
  public String json() {
    Map<String, Object> top = new LinkedHashMap<>();
    top.put("command", command);
    top.put("transport", transport);
    top.put("ranks", ranks);
    top.put("threads", threads);
    top.put("schedule", schedule);
    top.put("items", items);
    top.put("bytes", bytes);
    top.put("seconds", seconds);
    top.put("items_per_second", seconds > 0 ? items / seconds : 0);
    top.put("bytes_per_second", seconds > 0 ? bytes / seconds : 0);
    Map<String, Object> table = new LinkedHashMap<>();
    spreads().forEach((phase, s) -> table.put(phase.label(), s));
    top.put("phases", table);
    top.put("results", results);
    return new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .registerTypeAdapter(Double.class, (JsonSerializer<Double>) RunReport::number)
            .create()
            .toJson(top)
        + "\n";
  }
}
