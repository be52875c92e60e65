package dev.sheaf.plot;

/// Something that can be drawn, once for all kinds of files.
public interface Drawing {
  /// The width in CSS pixels.
  int width();

  /// The height in CSS pixels.
  int height();

  /// Draws it.
  void draw(Canvas canvas);

  /// The drawing as an SVG file. Its text stays text: the reader's own fonts show it.
  default String svg() {
    SvgCanvas canvas = new SvgCanvas(width(), height());
    draw(canvas);
    return canvas.file();
  }

  /// The drawing as pixels, with edges smoothed.
  ///
  /// @param scale pixels a CSS pixel: 2 for sharp text on today's screens
  default Raster raster(int scale) {
    RasterCanvas canvas = new RasterCanvas(width(), height(), scale);
    draw(canvas);
    return canvas.raster();
  }

  /// Pixels.
  ///
  /// @param rgb (height, width, 3), row-major
  record Raster(int width, int height, byte[] rgb) {}
}
