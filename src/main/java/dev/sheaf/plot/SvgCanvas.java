package dev.sheaf.plot;

/// Writes SVG 1.1.
final class SvgCanvas implements Canvas {
  private final StringBuilder svg = new StringBuilder();

  SvgCanvas(int width, int height) {
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" \
        viewBox="0 0 %1$d %2$d" font-family="Roboto, Helvetica, Arial, sans-serif">
        <rect width="%1$d" height="%2$d" fill="#ffffff"/>
        """
            .formatted(width, height));
  }

  String file() {
    return svg + "</svg>\n";
  }

  @Override
  public void fill(double[] xs, double[] ys, int colour, double opacity) {
    svg.append("<polygon fill=\"%s\"".formatted(hex(colour)));
    if (opacity < 1) {
      svg.append(" fill-opacity=\"").append(number(opacity)).append('"');
    }
    points(xs, ys);
  }

  @Override
  public void line(double[] xs, double[] ys, Stroke stroke) {
    svg.append("<polyline fill=\"none\" stroke=\"%s\"".formatted(hex(stroke.colour())))
        .append(" stroke-width=\"")
        .append(number(stroke.width()))
        .append('"');
    String separator = " stroke-dasharray=\"";
    for (double dash : stroke.dashes()) {
      svg.append(separator).append(number(dash));
      separator = " ";
    }
    svg.append(stroke.dashes().length > 0 ? "\"" : "");
    points(xs, ys);
  }

  private void points(double[] xs, double[] ys) {
    String separator = " points=\"";
    for (int i = 0; i < xs.length; i++) {
      svg.append(separator).append(number(xs[i])).append(',').append(number(ys[i]));
      separator = " ";
    }
    svg.append("\"/>\n");
  }

  @Override
  public void text(String text, double x, double y, double size, Anchor anchor, boolean upwards) {
    svg.append(
        "<text x=\"%s\" y=\"%s\" font-size=\"%s\"".formatted(number(x), number(y), number(size)));
    switch (anchor) {
      case START -> {}
      case MIDDLE -> svg.append(" text-anchor=\"middle\"");
      case END -> svg.append(" text-anchor=\"end\"");
    }
    if (upwards) {
      svg.append(" transform=\"rotate(-90 %s %s)\"".formatted(number(x), number(y)));
    }
    svg.append('>')
        .append(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
        .append("</text>\n");
  }

  private static String hex(int colour) {
    return "#%06x".formatted(colour);
  }

  /// To a hundredth, without zeros at the end.
  private static String number(double value) {
    double rounded = Math.rint(value * 100) / 100;
    return rounded == (long) rounded ? Long.toString((long) rounded) : Double.toString(rounded);
  }
}
