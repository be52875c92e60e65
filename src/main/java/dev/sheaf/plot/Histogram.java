package dev.sheaf.plot;

import dev.sheaf.plot.Canvas.Anchor;
import dev.sheaf.plot.Canvas.Stroke;
import java.util.Arrays;
import java.util.List;

/// Histograms of several series over the same bins, one over the other. They differ by colour and
/// by the line's dashes; the colours are those of Okabe and Ito that people with any kind of colour
/// vision tell apart (<https://jfly.uni-koeln.de/color/>).
///
/// @param xLabel what is counted, with its unit
/// @param yLabel what the counts are of
/// @param series at most [#MOST_SERIES]; the names are shown unless they are empty
/// @param log whether the axis of counts is logarithmic, from a half on; bins without counts then
///   stand on the axis
public record Histogram(
    String title, String xLabel, String yLabel, Bins bins, List<Series> series, boolean log)
    implements Drawing {
  /// One histogram.
  ///
  /// @param counts of each bin
  public record Series(String name, long[] counts) {}

  private static final int WIDTH = 800;
  private static final int HEIGHT = 480;
  private static final double LEFT = 72;
  private static final double RIGHT = WIDTH - 24;
  private static final double TOP = 76;
  private static final double BOTTOM = HEIGHT - 60;

  private static final double TITLE_SIZE = 18;
  private static final double LABEL_SIZE = 14;
  private static final double TICK_SIZE = 12;

  private static final Stroke AXIS = new Stroke(0x404040, 2);
  private static final Stroke GRID = new Stroke(0xe4e4e4, 1);
  private static final double OPACITY = 0.15;

  /// Where a logarithmic axis begins, so that a count of 1 is seen.
  private static final double LEAST = 0.5;

  /// Vermilion, bluish green, blue, reddish purple, orange, black.
  private static final List<Stroke> STYLES =
      List.of(
          new Stroke(0xd55e00, 2),
          new Stroke(0x009e73, 2, 8, 4),
          new Stroke(0x0072b2, 2, 2, 3),
          new Stroke(0xcc79a7, 2, 12, 3, 2, 3),
          new Stroke(0xe69f00, 2, 16, 5),
          new Stroke(0x000000, 1, 3, 2));

  /// How many series can be told apart.
  public static final int MOST_SERIES = STYLES.size();

  /// Checks the number of series.
  public Histogram {
    if (series.size() > MOST_SERIES) {
      throw new IllegalArgumentException(series.size() + " series");
    }
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public int height() {
    return HEIGHT;
  }

  @Override
  public void draw(Canvas canvas) {
    long largest =
        Math.max(1, series.stream().flatMapToLong(s -> Arrays.stream(s.counts)).max().orElse(1));
    double most = log ? 2.0 * largest : 1.05 * largest;
    canvas.text(title, LEFT, 32, TITLE_SIZE, Anchor.START, false);
    legend(canvas);
    for (Ticks tick : log ? Ticks.ofPowers(most) : Ticks.of(0, most, 6, 1)) {
      double y = y(tick.value(), most);
      canvas.line(new double[] {LEFT, RIGHT}, new double[] {y, y}, GRID);
      canvas.text(tick.label(), LEFT - 8, y + 4, TICK_SIZE, Anchor.END, false);
    }
    for (int i = 0; i < series.size(); i++) {
      steps(canvas, series.get(i).counts, most, STYLES.get(i));
    }
    for (Ticks tick : Ticks.of(bins.start(), bins.end(), 12, bins.width())) {
      double x = x(tick.value());
      canvas.line(new double[] {x, x}, new double[] {BOTTOM, BOTTOM + 5}, AXIS);
      canvas.text(tick.label(), x, BOTTOM + 19, TICK_SIZE, Anchor.MIDDLE, false);
    }
    canvas.line(new double[] {LEFT, LEFT, RIGHT}, new double[] {TOP, BOTTOM, BOTTOM}, AXIS);
    canvas.text(xLabel, (LEFT + RIGHT) / 2, HEIGHT - 16, LABEL_SIZE, Anchor.MIDDLE, false);
    canvas.text(yLabel, 22, (TOP + BOTTOM) / 2, LABEL_SIZE, Anchor.MIDDLE, true);
  }

  private void legend(Canvas canvas) {
    double x = LEFT;
    for (int i = 0; i < series.size(); i++) {
      String name = series.get(i).name;
      if (name.isEmpty()) {
        continue;
      }
      canvas.line(new double[] {x, x + 36}, new double[] {53, 53}, STYLES.get(i));
      canvas.text(name, x + 44, 58, LABEL_SIZE, Anchor.START, false);
      x += 44 + Glyphs.width(name) * LABEL_SIZE + 28;
    }
  }

  /// The outline of the bars.
  private void steps(Canvas canvas, long[] counts, double most, Stroke stroke) {
    double[] xs = new double[2 * counts.length + 2];
    double[] ys = new double[xs.length];
    for (int bin = 0; bin <= counts.length; bin++) {
      xs[2 * bin] = x(bins.start() + bin * bins.width());
      xs[2 * bin + 1] = xs[2 * bin];
      ys[2 * bin] = y(bin == 0 ? 0 : (double) counts[bin - 1], most);
      ys[2 * bin + 1] = y(bin == counts.length ? 0 : (double) counts[bin], most);
    }
    canvas.fill(xs, ys, stroke.colour(), OPACITY);
    canvas.line(xs, ys, stroke);
  }

  private double x(double value) {
    return LEFT + (value - bins.start()) / (bins.end() - bins.start()) * (RIGHT - LEFT);
  }

  private double y(double count, double most) {
    double part =
        !log
            ? count / most
            : StrictMath.log(Math.max(count, LEAST) / LEAST) / StrictMath.log(most / LEAST);
    return BOTTOM - part * (BOTTOM - TOP);
  }
}
