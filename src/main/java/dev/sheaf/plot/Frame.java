package dev.sheaf.plot;

import dev.sheaf.plot.Canvas.Anchor;
import dev.sheaf.plot.Canvas.Stroke;
import java.util.List;

/// What plots have around them: a title, a legend, axes with their ticks and names.
final class Frame {
  static final int WIDTH = 800;
  static final int HEIGHT = 480;
  static final double LEFT = 72;
  static final double RIGHT = WIDTH - 24;
  static final double TOP = 76;
  static final double BOTTOM = HEIGHT - 60;

  private static final double TITLE_SIZE = 18;
  private static final double LABEL_SIZE = 14;
  private static final double TICK_SIZE = 12;

  private static final Stroke AXIS = new Stroke(0x404040, 2);
  private static final Stroke GRID = new Stroke(0xe4e4e4, 1);

  /// Vermilion, bluish green, blue, reddish purple, orange, black: the colours of Okabe and Ito
  /// that people with any kind of colour vision tell apart (<https://jfly.uni-koeln.de/color/>).
  static final List<Stroke> STYLES =
      List.of(
          new Stroke(0xd55e00, 2),
          new Stroke(0x009e73, 2, 8, 4),
          new Stroke(0x0072b2, 2, 2, 3),
          new Stroke(0xcc79a7, 2, 12, 3, 2, 3),
          new Stroke(0xe69f00, 2, 16, 5),
          new Stroke(0x000000, 1, 3, 2));

  private Frame() {}

  static void title(Canvas canvas, String title) {
    canvas.text(title, LEFT, 32, TITLE_SIZE, Anchor.START, false);
  }

  /// The names of series in their styles; those that are empty are left out.
  static void legend(Canvas canvas, List<String> names) {
    double x = LEFT;
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.isEmpty()) {
        continue;
      }
      canvas.line(new double[] {x, x + 36}, new double[] {53, 53}, STYLES.get(i));
      canvas.text(name, x + 44, 58, LABEL_SIZE, Anchor.START, false);
      x += 44 + Glyphs.width(name) * LABEL_SIZE + 28;
    }
  }

  /// A line across, with its value.
  static void across(Canvas canvas, double y, String label) {
    canvas.line(new double[] {LEFT, RIGHT}, new double[] {y, y}, GRID);
    canvas.text(label, LEFT - 8, y + 4, TICK_SIZE, Anchor.END, false);
  }

  /// A tick below, with its value.
  static void below(Canvas canvas, double x, String label) {
    canvas.line(new double[] {x, x}, new double[] {BOTTOM, BOTTOM + 5}, AXIS);
    canvas.text(label, x, BOTTOM + 19, TICK_SIZE, Anchor.MIDDLE, false);
  }

  /// The axes and their names.
  static void axes(Canvas canvas, String xLabel, String yLabel) {
    canvas.line(new double[] {LEFT, LEFT, RIGHT}, new double[] {TOP, BOTTOM, BOTTOM}, AXIS);
    canvas.text(xLabel, (LEFT + RIGHT) / 2, HEIGHT - 16, LABEL_SIZE, Anchor.MIDDLE, false);
    canvas.text(yLabel, 22, (TOP + BOTTOM) / 2, LABEL_SIZE, Anchor.MIDDLE, true);
  }
}
