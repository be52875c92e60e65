package dev.sheaf.cli;

import dev.sheaf.workload.Load;
import dev.sheaf.workload.Workload;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sheaf load`.
@Command(
    name = "load",
    description = "Decode images into one array, images.npy: uint8 (n, height, width, 3).")
final class LoadCommand extends ImageCommand {
  @Option(
      names = "--resize",
      paramLabel = "WxH",
      description = "Give all images this size (bilinear, as Pillow's).",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String resize;

  @Option(
      names = "--delay",
      paramLabel = "MS",
      defaultValue = "0",
      description = "Wait before each image, as for a slow disk; --threads hides it.")
  private long delay;

  @Override
  Workload workload(long seed) {
    return new Load(
        what, resize == null ? null : Sizes.parse("--resize", resize), delay, maxPixels());
  }
}
