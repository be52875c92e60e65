package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.image.ImageSize;
import dev.sheaf.workload.Load;
import dev.sheaf.workload.Workload;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sheaf load`.
@Command(
    name = "load",
    description = "Decode images into one array, images.npy: uint8 (n, height, width, 3).")
final class LoadCommand extends ImageCommand {
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,8})x([1-9]\\d{0,8})");

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
    return new Load(what, resize == null ? null : size(resize), delay, maxPixels());
  }

  private static ImageSize size(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new InputException("--resize " + text + ": not WIDTHxHEIGHT, such as 424x424");
    }
    return new ImageSize(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
  }
}
