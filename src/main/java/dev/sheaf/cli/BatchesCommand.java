package dev.sheaf.cli;

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
      "the schedule. out/batches.csv: what was delivered, in order, with the CRC-32 of its pixels.",
      "Nothing of it is kept for a resume, which begins with the first epoch and gives the same."
    })
final class BatchesCommand extends ImageCommand {
  @CommandLine.Mixin private Geometry geometry;

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

  @Override
  Workload workload(long seed) {
    return new Batches(what, batch, epochs, geometry.with(false, null), maxPixels());
  }
}
