package dev.sheaf.cli;

import dev.sheaf.workload.SampleImages;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sheaf sample images`.
@Command(
    name = "images",
    description = "Cut 424x424 stamps out of the Hubble eXtreme Deep Field: 0.jpg, 1.jpg, ...")
final class SampleImagesCommand extends WorkloadCommand {
  @Parameters(paramLabel = "DIR", description = "New or empty; or with the same sample: kept.")
  private Path directory;

  @Option(names = "-n", paramLabel = "N", defaultValue = "1000", description = "How many.")
  private long count;

  @Override
  Workload workload(long seed) {
    return new SampleImages(directory, count);
  }
}
