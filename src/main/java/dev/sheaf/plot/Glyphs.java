package dev.sheaf.plot;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The outlines of the font, Roboto Regular: those of Latin-1 and a few more.
final class Glyphs {
  /// Units of the font's size.
  private static final double UNITS = 2048;

  /// Straight pieces of a curve.
  private static final int PIECES = 8;

  private static final Map<Integer, Glyph> GLYPHS = read();

  private Glyphs() {}

  /// A character.
  ///
  /// @param advance from its origin to that of the next, in units
  /// @param outline `M x y`, `L x y`, `Q x y x y` and `Z`, as in SVG's paths
  private record Glyph(double advance, String outline) {}

  /// Takes the edges of outlines.
  @FunctionalInterface
  interface Edges {
    void edge(double fromX, double fromY, double toX, double toY);
  }

  private static Map<Integer, Glyph> read() {
    Map<Integer, Glyph> glyphs = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Glyphs.class.getResourceAsStream("roboto.txt"), StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", 3))
          .forEach(parts ->
              glyphs.put(
                  Integer.valueOf(parts[0]),
                  new Glyph(Double.parseDouble(parts[1]), parts.length < 3 ? "" : parts[2])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return glyphs;
  }

  /// The width of a text in font sizes.
  static double width(String text) {
    return text.codePoints().mapToDouble(code -> glyph(code).advance).sum() / UNITS;
  }

  /// The outlines of a text in font sizes, from the beginning of its baseline; y points up.
  static void outline(String text, Edges edges) {
    double[] x = {0};
    text.codePoints()
        .forEach(code -> {
          Glyph glyph = glyph(code);
          outline(glyph.outline, x[0], edges);
          x[0] += glyph.advance;
        });
  }

  private static Glyph glyph(int code) {
    return GLYPHS.getOrDefault(code, GLYPHS.get((int) '?'));
  }

  private static void outline(String outline, double left, Edges edges) {
    String[] words = outline.isEmpty() ? new String[0] : outline.split(" ");
    double startX = 0;
    double startY = 0;
    double x = 0;
    double y = 0;
    int next = 0;
    while (next < words.length) {
      String command = words[next++];
      double beginX = x;
      double beginY = y;
      double controlX = 0;
      double controlY = 0;
      if (command.equals("Q")) {
        controlX = (left + Double.parseDouble(words[next++])) / UNITS;
        controlY = Double.parseDouble(words[next++]) / UNITS;
      }
      if (command.equals("Z")) {
        x = startX;
        y = startY;
      } else {
        x = (left + Double.parseDouble(words[next++])) / UNITS;
        y = Double.parseDouble(words[next++]) / UNITS;
      }
      switch (command) {
        case "M" -> {
          startX = x;
          startY = y;
        }
        case "Q" -> curve(beginX, beginY, controlX, controlY, x, y, edges);
        default -> edges.edge(beginX, beginY, x, y);
      }
    }
  }

  private static void curve(
      double x0, double y0, double x1, double y1, double x2, double y2, Edges edges) {
    double fromX = x0;
    double fromY = y0;
    for (int i = 1; i <= PIECES; i++) {
      double t = (double) i / PIECES;
      double s = 1 - t;
      double x = s * s * x0 + 2 * s * t * x1 + t * t * x2;
      double y = s * s * y0 + 2 * s * t * y1 + t * t * y2;
      edges.edge(fromX, fromY, x, y);
      fromX = x;
      fromY = y;
    }
  }
}
