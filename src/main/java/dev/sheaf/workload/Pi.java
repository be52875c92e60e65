package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codecs;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.random.Mt19937;
import dev.sheaf.report.Phase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// π from random points in a square: the share of them inside the quarter circle, times 4. The
/// items are seeds.
///
/// Each seed's estimate is `4 inside / trials`. The overall estimate is that of all seeds' points
/// together, from their exact counts; with `p` inside of `n` its standard error is `4 sqrt(p (1 -
/// p) / n)`, the binomial one. `pi.csv` has a line a seed, in the order given.
public final class Pi implements Workload {
  /// Doubles count exactly up to here.
  private static final long MAX_TRIALS = 1L << 53;

  /// What makes the points.
  public enum Generator {
    /// SplitMix64 as a counter; see [dev.sheaf.random.KeyedRandom].
    SPLITMIX,
    /// Philox4x64-10; see [dev.sheaf.random.Philox].
    PHILOX,
    /// The Mersenne Twister, with NumPy's numbers; see [Mt19937].
    MT19937;

    /// The name on the command line.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Seeds seeds;
  private final long trials;
  private final Generator generator;

  /// So many trials with each seed.
  ///
  /// @throws InputException if there are none or too many, or the generator has no such seeds
  public Pi(Seeds seeds, long trials, Generator generator) {
    if (trials < 1) {
      throw new InputException("--trials " + trials + ": must be at least 1");
    }
    if (trials > MAX_TRIALS / seeds.count()) {
      throw new InputException(
          "--trials %d: with %d seeds more than 2^53 in all".formatted(trials, seeds.count()));
    }
    if (generator == Generator.MT19937 && seeds.largest() > Mt19937.MAX_SEED) {
      throw new InputException(
          "--seeds %s: mt19937 has seeds up to %d; splitmix and philox have more"
              .formatted(seeds, Mt19937.MAX_SEED));
    }
    this.seeds = seeds;
    this.trials = trials;
    this.generator = generator;
  }

  @Override
  public String name() {
    return "pi";
  }

  @Override
  public Summary run(Job job) throws Exception {
    Path csv = Path.of(job.onRoot(() -> job.output("pi.csv").toString(), Codecs.STRING));
    Items items =
        new Items(
            seeds.count(),
            item -> "seed " + seeds.get(item),
            item ->
                "sheaf pi --seeds %d --trials %d --rng %s"
                    .formatted(seeds.get(item), trials, generator));
    MapResult<Long> map =
        job.map(Kept.VALUES, items, () -> new PiTrials(seeds, trials, generator), Codecs.LONG);
    if (!map.complete()) {
      return Summary.of(List.of(), Map.of(), map, 0);
    }
    List<String> lines = new ArrayList<>();
    StringBuilder table = new StringBuilder("seed,trials,inside,estimate\n");
    long inside = 0;
    for (int i = 0; i < map.values().size(); i++) {
      long seed = seeds.get(i);
      long count = map.values().get(i);
      double estimate = 4.0 * count / trials;
      lines.add("seed " + seed + ": " + estimate);
      table.append(seed).append(',').append(trials).append(',');
      table.append(count).append(',').append(estimate).append('\n');
      inside += count;
    }
    try (var _ = job.phases().start(Phase.WRITE)) {
      job.onRoot(
          () -> {
            OutputFile.write(csv, table.toString().getBytes(StandardCharsets.US_ASCII));
            return null;
          },
          Codecs.NOTHING);
    }
    long n = seeds.count() * trials;
    double p = (double) inside / n;
    double error = 4 * Math.sqrt(p * (1 - p) / n);
    lines.add(
        String.format(
            Locale.ROOT, "pi: %s, standard error %.2g, %d trials", 4.0 * inside / n, error, n));
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("estimate", 4.0 * inside / n);
    results.put("standard_error", error);
    results.put("inside", inside);
    results.put("trials", n);
    results.put("rng", generator.toString());
    return Summary.of(lines, results, map, 0);
  }
}
