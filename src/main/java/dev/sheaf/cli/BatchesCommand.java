package dev.sheaf.cli;

import dev.sheaf.image.ImageSize;
import dev.sheaf.workload.Batches;
import dev.sheaf.workload.Workload;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sheaf batches`.
@Command(
    name = "batches",
    description = {
      "Read images as a training loop would: in batches, shuffled by (seed, epoch), decoded ahead;",
      "tell images/s and how long the loop waited. Each batch is divided among the ranks, whatever",
      "the schedule. out/batches.csv: what was delivered, in order, with the CRC-32 of its pixels."
    })
final class BatchesCommand extends ImageCommand {
  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "128",
      description = "Images of a batch, over all ranks; the last of an epoch may be short.")
  private int batch;

  @Option(
      names = "--epochs",
      paramLabel = "K",
      defaultValue = "1",
      description = "How often all images are read.")
  private int epochs;

  @Option(
      names = "--resize",
      paramLabel = "WxH",
      description = "Give all images this size (bilinear, as Pillow's).",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String resize;

  @Override
  Workload workload(long seed) {
    ImageSize size = resize == null ? null : Sizes.parse("--resize", resize);
    return new Batches(what, batch, epochs, size, maxPixels());
  }
}
