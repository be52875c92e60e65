package dev.sheaf.plot;

/// What plots are drawn on. Lengths are in units of a CSS pixel; x grows to the right, y downwards,
/// from the upper left corner. Colours are `0xRRGGBB`.
interface Canvas {
  /// How a line is drawn.
  ///
  /// @param dashes lengths drawn and left out in turn; none for a solid line
  record Stroke(int colour, double width, double... dashes) {}

  /// Where the given point is in a text.
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /// Fills a polygon.
  ///
  /// @param opacity 0 to 1
  void fill(double[] xs, double[] ys, int colour, double opacity);

  /// Draws lines from point to point.
  void line(double[] xs, double[] ys, Stroke stroke);

  /// Writes text.
  ///
  /// @param x of the anchor
  /// @param y of the baseline
  /// @param upwards turned by 90°, to be read from below; then x is that of the baseline
  void text(String text, double x, double y, double size, Anchor anchor, boolean upwards);
}
