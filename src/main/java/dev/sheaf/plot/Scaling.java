package dev.sheaf.plot;

import static dev.sheaf.plot.Frame.BOTTOM;
import static dev.sheaf.plot.Frame.LEFT;
import static dev.sheaf.plot.Frame.RIGHT;
import static dev.sheaf.plot.Frame.TOP;

import dev.sheaf.plot.Canvas.Stroke;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;

/// Speed-up over the number of ranks, both by powers of two: measured points with their spread, the
/// curves of laws, and the line of ranks that cost nothing.
///
/// @param points one at least
/// @param curves at most 4
/// @param most up to which number of ranks the curves go
public record Scaling(String title, List<Point> points, List<Curve> curves, double most)
    implements Drawing {
  /// A measured speed-up.
  ///
  /// @param low the least of the repetitions
  /// @param high the largest of them
  public record Point(double ranks, double speedUp, double low, double high) {}

  /// A law.
  ///
  /// @param speedUp by the number of ranks
  public record Curve(String name, DoubleUnaryOperator speedUp) {}

  /// Points along a curve.
  private static final int STEPS = 100;

  private static final double HALF = 4;
  private static final int GREY = 0x808080;

  @Override
  public int width() {
    return Frame.WIDTH;
  }

  @Override
  public int height() {
    return Frame.HEIGHT;
  }

  @Override
  public void draw(Canvas canvas) {
    double left = log2(points.stream().mapToDouble(Point::ranks).min().orElseThrow());
    double right = Math.max(log2(most), left + 1);
    double low = Math.floor(log2(points.stream().mapToDouble(Point::low).min().orElseThrow()));
    double high = Math.max(right, log2(points.stream().mapToDouble(Point::high).max().orElse(1)));
    Axes axes = new Axes(left, right, Math.min(low, left), high);
    Frame.title(canvas, title);
    Frame.legend(
        canvas, Stream.concat(Stream.of("measured"), curves.stream().map(Curve::name)).toList());
    for (double power = Math.ceil(axes.low); power <= high; power++) {
      Frame.across(canvas, axes.y(Math.scalb(1.0, (int) power)), label((int) power));
    }
    for (double power = Math.ceil(left); power <= right; power++) {
      Frame.below(canvas, axes.x(Math.scalb(1.0, (int) power)), label((int) power));
    }
    axes.line(canvas, n -> n, new Stroke(GREY, 1));
    for (int i = 0; i < curves.size(); i++) {
      axes.line(canvas, curves.get(i).speedUp, Frame.STYLES.get(i + 1));
    }
    for (Point point : points) {
      axes.mark(canvas, point);
    }
    Frame.axes(canvas, "ranks (grey: as many times as fast)", "speed-up");
  }

  private static String label(int power) {
    return power >= 0
        ? String.format(Locale.ROOT, "%.0f", Math.scalb(1.0, power))
        : String.format(Locale.ROOT, "1/%.0f", Math.scalb(1.0, -power));
  }

  private static double log2(double x) {
    return StrictMath.log(x) / StrictMath.log(2);
  }

  /// Where values lie, by their logarithms.
  private record Axes(double left, double right, double low, double high) {
    double x(double ranks) {
      return LEFT + (log2(ranks) - left) / (right - left) * (RIGHT - LEFT);
    }

    double y(double speedUp) {
      double part = (log2(speedUp) - low) / (high - low);
      return BOTTOM - Math.max(0, part) * (BOTTOM - TOP);
    }

    void line(Canvas canvas, DoubleUnaryOperator speedUp, Stroke stroke) {
      double[] xs = new double[STEPS + 1];
      double[] ys = new double[STEPS + 1];
      for (int i = 0; i <= STEPS; i++) {
        double ranks = StrictMath.pow(2, left + (right - left) * i / STEPS);
        xs[i] = x(ranks);
        ys[i] = y(speedUp.applyAsDouble(ranks));
      }
      canvas.line(xs, ys, stroke);
    }

    /// A square, and a line from the least to the largest.
    void mark(Canvas canvas, Point point) {
      Stroke style = Frame.STYLES.getFirst();
      double x = x(point.ranks);
      double y = y(point.speedUp);
      canvas.line(new double[] {x, x}, new double[] {y(point.low), y(point.high)}, style);
      canvas.fill(
          new double[] {x - HALF, x + HALF, x + HALF, x - HALF},
          new double[] {y - HALF, y - HALF, y + HALF, y + HALF},
          style.colour(),
          1);
    }
  }
}
