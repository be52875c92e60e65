package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.image.Turn;
import dev.sheaf.workload.Flip;
import dev.sheaf.workload.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sheaf flip`.
@Command(
    name = "flip",
    description = {
      "Turn or mirror images: out/flip/NAME.pdf, .png or .jpg, or all in one out/flip.pdf.",
      "A JPEG goes into a PDF as it is, and the page turns it; into another JPEG its coefficients",
      "go without loss where libjpeg-turbo is installed and its blocks (8x8 to 32x16 pixels) leave no",
      "rest at an edge that moves: else its pixels are encoded again. Encoded pixels have 8 bits a",
      "sample and no alpha: of a PNG's 16 bits the high byte."
    })
final class FlipCommand extends ImageCommand {
  @Option(names = "--to", paramLabel = "NAME", required = true, description = "pdf, png or jpeg.")
  private Flip.Format format;

  @Option(
      names = "--angle",
      paramLabel = "NAME",
      defaultValue = "180",
      description = "180, 90, 270 (counter-clockwise), or mirrored: horizontal, vertical.")
  private String angle;

  @Option(
      names = "--reencode",
      description = "Turn the pixels and encode them again also where that could be avoided.")
  private boolean reencode;

  @Option(names = "--one-file", description = "One PDF, a page an image.")
  private boolean oneFile;

  @Override
  Workload workload(long seed) {
    Turn turn = Turn.named(angle);
    if (turn == null) {
      throw new InputException("--angle " + angle + ": give 180, 90, 270, horizontal or vertical");
    }
    return new Flip(what, format, turn, reencode, oneFile, maxPixels());
  }
}
