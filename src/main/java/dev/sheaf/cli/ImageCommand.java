package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.image.ImageLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A subcommand whose items are images.
@Command
abstract class ImageCommand extends WorkloadCommand {
  @Parameters(
      paramLabel = "DIR|GLOB|LIST",
      description = {
        "Images: those of a directory, those that match a quoted pattern (* ? [a-z] {a,b} **),",
        "or those that a text file names, a path a line."
      })
  String what;

  @Option(
      names = "--max-pixels",
      order = 90,
      paramLabel = "N",
      defaultValue = "" + ImageLoader.DEFAULT_MAX_PIXELS,
      description = "Refuse larger images.")
  private long maxPixels;

  @Override
  public Integer call() {
    ImageLoader.prepare();
    return super.call();
  }

  final long maxPixels() {
    if (maxPixels < 1) {
      throw new InputException("--max-pixels " + maxPixels + ": must be at least 1");
    }
    return maxPixels;
  }
}
