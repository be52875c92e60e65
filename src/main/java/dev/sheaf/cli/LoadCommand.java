package dev.sheaf.cli;

import dev.sheaf.image.SampleType;
import dev.sheaf.workload.Load;
import dev.sheaf.workload.Workload;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sheaf load`.
@Command(
    name = "load",
    description = {
      "Decode images into one array, images.npy: uint8 (n, height, width, 3), RGB.",
      "FITS images give float32 (n, height, width): physical values, rows as astropy.io.fits has them.",
      "What the options ask for is done in the order in which they stand here."
    })
final class LoadCommand extends ImageCommand {
  @CommandLine.Mixin private Geometry geometry;

  @Option(
      names = "--gray",
      order = 3,
      description = "(n, height, width): the luma of each pixel, as Pillow's convert(\"L\").")
  private boolean gray;

  @Option(
      names = "--dtype",
      order = 4,
      paramLabel = "TYPE",
      description = {
        "uint8, uint16, float32 or float64. uint8: of 16 bits the high 8. uint16: 8 bits times 257.",
        "float: 0..255 of 8 bits, 0..65535 of 16. FITS: physical values, for uint rounded to the",
        "nearest; the image fails if one is NaN or outside."
      },
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private SampleType dtype;

  @Option(
      names = "--delay",
      order = 6,
      paramLabel = "MS",
      defaultValue = "0",
      description = "Wait before each image, as for a slow disk; --threads hides it.")
  private long delay;

  @Override
  Workload workload(long seed) {
    return new Load(what, geometry.with(gray, dtype), delay, maxPixels());
  }
}
