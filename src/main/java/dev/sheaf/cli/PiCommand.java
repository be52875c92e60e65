package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.workload.Pi;
import dev.sheaf.workload.Seeds;
import dev.sheaf.workload.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sheaf pi`.
@Command(
    name = "pi",
    description = {
      "Estimate pi from random points, seed by seed and over all seeds; out/pi.csv.",
      "Standard error: 4 sqrt(p (1 - p) / n), with p of n points inside."
    })
final class PiCommand extends WorkloadCommand {
  @Option(
      names = "--seeds",
      paramLabel = "LIST",
      defaultValue = "0..3",
      description = "The items: seeds and ranges of seeds, as 0..3 or 4,7-17.")
  private String seeds;

  @Option(
      names = "--trials",
      paramLabel = "N",
      defaultValue = "500000",
      description = "Points of each seed.")
  private long trials;

  @Option(
      names = "--rng",
      paramLabel = "NAME",
      defaultValue = "splitmix",
      description = {
        "splitmix: counter-based, the fastest; philox: counter-based, streams apart by",
        "construction; mt19937: NumPy's random.seed(seed) and random_sample()."
      })
  private Pi.Generator generator;

  @Override
  Workload workload(long seed) {
    if (seed != 0) {
      throw new InputException("--seed " + seed + ": pi takes its seeds from --seeds");
    }
    return new Pi(Seeds.parse(seeds), trials, generator);
  }
}
