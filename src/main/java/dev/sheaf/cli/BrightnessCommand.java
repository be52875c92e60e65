package dev.sheaf.cli;

import dev.sheaf.workload.Brightness;
import dev.sheaf.workload.Workload;
import picocli.CommandLine.Command;

/// `sheaf brightness`.
@Command(
    name = "brightness",
    description = {
      "The median brightness of each image in red, green and blue; out/brightness.csv and",
      "out/brightness.npy, float64 (n, 3). Their histogram; out/brightness.png and .svg."
    })
final class BrightnessCommand extends ImageCommand {
  @Override
  Workload workload(long seed) {
    return new Brightness(what, maxPixels());
  }
}
