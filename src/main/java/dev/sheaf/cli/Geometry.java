package dev.sheaf.cli;

import dev.sheaf.image.Preprocessing;
import dev.sheaf.image.SampleType;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/// The options of the shape in which images are read.
final class Geometry {
  @Option(
      names = "--exif",
      order = 1,
      description = "Turn each image as its EXIF orientation says (JPEG, PNG, TIFF).")
  private boolean exif;

  @Option(
      names = "--crop",
      order = 2,
      paramLabel = "WxH+X+Y",
      description = "Take this part, from column X and row Y on; all of it must be in the image.",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String crop;

  @Option(
      names = "--resize",
      order = 5,
      paramLabel = "WxH",
      description = "Give all images this size (bilinear, as Pillow's).",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private String resize;

  /// What they and these two ask for.
  Preprocessing with(boolean gray, SampleType type) {
    return new Preprocessing(
        exif,
        crop == null ? null : Sizes.parseCrop("--crop", crop),
        gray,
        type,
        resize == null ? null : Sizes.parse("--resize", resize));
  }
}
