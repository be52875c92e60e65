package dev.sheaf.plot;

import dev.sheaf.plot.Drawing.Raster;
import java.util.Arrays;

/// Draws pixels, in plain arithmetic: the same on every machine.
final class RasterCanvas implements Canvas {
  private static final int BLACK = 0x000000;

  private final int width;
  private final int height;
  private final int scale;
  private final byte[] rgb;
  private final Coverage coverage;

  RasterCanvas(int width, int height, int scale) {
    this.width = width * scale;
    this.height = height * scale;
    this.scale = scale;
    rgb = new byte[Math.multiplyExact(3 * this.width, this.height)];
    int row = 3 * this.width;
    Arrays.fill(rgb, 0, row, (byte) 0xff);
    for (int from = row; from < rgb.length; from += row) {
      System.arraycopy(rgb, 0, rgb, from, row); // is machine code from the start
    }
    coverage = new Coverage(this.width, this.height);
  }

  Raster raster() {
    return new Raster(width, height, rgb);
  }

  @Override
  public void fill(double[] xs, double[] ys, int colour, double opacity) {
    for (int i = 0; i < xs.length; i++) {
      int next = (i + 1) % xs.length;
      edge(xs[i], ys[i], xs[next], ys[next]);
    }
    paint(colour, opacity);
  }

  /// Each piece of a line is a rectangle, half a width longer at both ends, so that corners are
  /// whole; not where dashes leave something out.
  @Override
  public void line(double[] xs, double[] ys, Stroke stroke) {
    double cap = stroke.dashes().length == 0 ? stroke.width() / 2 : 0;
    int dash = 0;
    double left = stroke.dashes().length == 0 ? Double.POSITIVE_INFINITY : stroke.dashes()[0];
    for (int i = 1; i < xs.length; i++) {
      double length = Math.sqrt(square(xs[i] - xs[i - 1]) + square(ys[i] - ys[i - 1]));
      if (length == 0) {
        continue;
      }
      double dx = (xs[i] - xs[i - 1]) / length;
      double dy = (ys[i] - ys[i - 1]) / length;
      for (double done = 0; done < length; ) {
        double piece = Math.min(left, length - done);
        if (dash % 2 == 0) {
          double x = xs[i - 1] + dx * (done - cap);
          double y = ys[i - 1] + dy * (done - cap);
          rectangle(x, y, dx * (piece + 2 * cap), dy * (piece + 2 * cap), stroke.width());
        }
        done += piece;
        left -= piece;
        if (left <= 0) {
          dash = (dash + 1) % stroke.dashes().length;
          left = stroke.dashes()[dash];
        }
      }
    }
    paint(stroke.colour(), 1);
  }

  private void rectangle(double x, double y, double alongX, double alongY, double width) {
    double length = Math.sqrt(square(alongX) + square(alongY));
    double acrossX = -alongY / length * width / 2;
    double acrossY = alongX / length * width / 2;
    double endX = x + alongX;
    double endY = y + alongY;
    edge(x + acrossX, y + acrossY, x - acrossX, y - acrossY);
    edge(x - acrossX, y - acrossY, endX - acrossX, endY - acrossY);
    edge(endX - acrossX, endY - acrossY, endX + acrossX, endY + acrossY);
    edge(endX + acrossX, endY + acrossY, x + acrossX, y + acrossY);
  }

  @Override
  public void text(String text, double x, double y, double size, Anchor anchor, boolean upwards) {
    double begin =
        switch (anchor) {
              case START -> 0;
              case MIDDLE -> -Glyphs.width(text) / 2;
              case END -> -Glyphs.width(text);
            }
            * size;
    Glyphs.outline(
        text,
        (fromX, fromY, toX, toY) -> {
          double from = begin + fromX * size;
          double to = begin + toX * size;
          if (upwards) {
            edge(x - fromY * size, y - from, x - toY * size, y - to);
          } else {
            edge(x + from, y - fromY * size, x + to, y - toY * size);
          }
        });
    paint(BLACK, 1);
  }

  private static double square(double x) {
    return x * x;
  }

  private void edge(double fromX, double fromY, double toX, double toY) {
    coverage.edge(fromX * scale, fromY * scale, toX * scale, toY * scale);
  }

  private void paint(int colour, double opacity) {
    coverage.take((x, y, part) -> {
      int at = 3 * (y * width + x);
      for (int channel = 0; channel < 3; channel++) {
        int old = rgb[at + channel] & 0xff;
        int full = colour >> (16 - 8 * channel) & 0xff;
        rgb[at + channel] = (byte) Math.round(old + (full - old) * part * opacity);
      }
    });
  }
}
