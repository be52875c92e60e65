package dev.sheaf.cli;

import dev.sheaf.workload.Noise;
import dev.sheaf.workload.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sheaf noise`.
@Command(
    name = "noise",
    description = {
      "Make images of noise, every sample uniform on 0 to 255 and a function of (seed, index):",
      "out/noise/0.png, 1.png, ..., or one array, out/noise.npy."
    })
final class NoiseCommand extends WorkloadCommand {
  @Option(names = "-n", paramLabel = "N", defaultValue = "1000", description = "How many.")
  private long count;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      defaultValue = "100x100",
      description = "Columns and rows.")
  private String size;

  @Option(
      names = "--channels",
      paramLabel = "C",
      defaultValue = "3",
      description = "1 for grey, 3 for RGB.")
  private int channels;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = "png",
      description = "png (not compressed: noise can't be), jpg (quality 90) or npy.")
  private Noise.Format format;

  @Override
  Workload workload(long seed) {
    return new Noise(count, Sizes.parse("--size", size), channels, format);
  }
}
