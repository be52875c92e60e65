package dev.sheaf.plot;

import static dev.sheaf.plot.Frame.BOTTOM;
import static dev.sheaf.plot.Frame.LEFT;
import static dev.sheaf.plot.Frame.RIGHT;
import static dev.sheaf.plot.Frame.TOP;

import dev.sheaf.plot.Canvas.Stroke;
import java.util.Arrays;
import java.util.List;

/// Histograms of several series over the same bins, one over the other. They differ by colour and
/// by the line's dashes.
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

  private static final double OPACITY = 0.15;

  /// Where a logarithmic axis begins, so that a count of 1 is seen.
  private static final double LEAST = 0.5;

  /// How many series can be told apart.
  public static final int MOST_SERIES = Frame.STYLES.size();

  /// Checks the number of series.
  public Histogram {
    if (series.size() > MOST_SERIES) {
      throw new IllegalArgumentException(series.size() + " series");
    }
  }

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
    long largest =
        Math.max(1, series.stream().flatMapToLong(s -> Arrays.stream(s.counts)).max().orElse(1));
    double most = log ? 2.0 * largest : 1.05 * largest;
    Frame.title(canvas, title);
    Frame.legend(canvas, series.stream().map(Series::name).toList());
    for (Ticks tick : log ? Ticks.ofPowers(most) : Ticks.of(0, most, 6, 1)) {
      Frame.across(canvas, y(tick.value(), most), tick.brief(most));
    }
    for (int i = 0; i < series.size(); i++) {
      steps(canvas, series.get(i).counts, most, Frame.STYLES.get(i));
    }
    for (Ticks tick : Ticks.of(bins.start(), bins.end(), 12, bins.width())) {
      Frame.below(canvas, x(tick.value()), tick.label());
    }
    Frame.axes(canvas, xLabel, yLabel);
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
