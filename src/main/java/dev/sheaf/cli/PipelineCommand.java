package dev.sheaf.cli;

import dev.sheaf.workload.Pipeline;
import dev.sheaf.workload.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sheaf pipeline`.
@Command(
    name = "pipeline",
    description =
        "For each image the sum of sin(pixel) over pixels and channels; out/pipeline.csv.")
final class PipelineCommand extends ImageCommand {
  @Option(names = "--per-channel", description = "A sum for each of red, green and blue.")
  private boolean perChannel;

  @Override
  Workload workload(long seed) {
    return new Pipeline(what, perChannel, maxPixels());
  }
}
