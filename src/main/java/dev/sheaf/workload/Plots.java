package dev.sheaf.workload;

import dev.sheaf.array.OutputFile;
import dev.sheaf.image.ImageSize;
import dev.sheaf.image.PngEncoder;
import dev.sheaf.plot.Drawing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Drawings in files.
public final class Plots {
  private Plots() {}

  /// Writes NAME.png and NAME.svg.
  ///
  /// @return the files
  public static List<String> write(Path directory, String name, Drawing drawing) {
    Path svg = directory.resolve(name + ".svg");
    OutputFile.write(svg, drawing.svg().getBytes(StandardCharsets.UTF_8));
    Drawing.Raster raster = drawing.raster(2);
    ImageSize size = new ImageSize(raster.width(), raster.height());
    Path png = directory.resolve(name + ".png");
    OutputFile.write(png, PngEncoder.encodeDrawing(size, 3, raster.rgb()));
    return List.of(png.toString(), svg.toString());
  }
}
