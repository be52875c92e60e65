package dev.sheaf.plot;

import java.util.Arrays;

/// How much of each pixel a shape covers, exactly.
///
/// Every edge adds, to the pixels of its rows, the change of the area on its right; the running sum
/// along a row is the area covered, signed by the direction of the outline. It is the method of
/// font-rs (<https://github.com/raphlinus/font-rs>). Outlines that overlap must go round in the
/// same direction.
final class Coverage {
  private final int width;
  private final int height;
  private final double[] change;

  // Where the shape is: all others are not covered.
  private int top;
  private int bottom;
  private int left;
  private int right;

  Coverage(int width, int height) {
    this.width = width;
    this.height = height;
    change = new double[(width + 2) * height];
    clear();
  }

  private void clear() {
    top = height;
    bottom = 0;
    left = width;
    right = 0;
  }

  /// Adds the edge from one point to the next of an outline. What is outside of the picture counts
  /// as if it were on its border.
  void edge(double fromX, double fromY, double toX, double toY) {
    double x0 = Math.clamp(fromX, 0, width);
    double x1 = Math.clamp(toX, 0, width);
    double y0 = Math.clamp(fromY, 0, height);
    double y1 = Math.clamp(toY, 0, height);
    if (y0 > y1) {
      edge(x1, y1, x0, y0, -1);
    } else if (y0 < y1) {
      edge(x0, y0, x1, y1, 1);
    }
  }

  private void edge(double x0, double y0, double x1, double y1, int direction) {
    double slope = (x1 - x0) / (y1 - y0);
    int last = (int) Math.ceil(y1);
    top = Math.min(top, (int) y0);
    bottom = Math.max(bottom, last);
    left = Math.min(left, Math.max(0, (int) Math.min(x0, x1) - 1)); // rounding
    right = Math.max(right, Math.min(width, (int) Math.max(x0, x1) + 1));
    double x = x0;
    for (int row = (int) y0; row < last; row++) {
      double part = Math.min(row + 1, y1) - Math.max(row, y0);
      double next = Math.clamp(x + slope * part, 0, width);
      row(row * (width + 2), Math.min(x, next), Math.max(x, next), direction * part);
      x = next;
    }
  }

  /// An edge within a row, over `area` of its height.
  private void row(int at, double begin, double end, double area) {
    int first = (int) begin;
    if (end <= first + 1) {
      double inFirst = 1 - ((begin + end) / 2 - first);
      change[at + first] += area * inFirst;
      change[at + first + 1] += area * (1 - inFirst);
      return;
    }
    // Pixel by pixel: what is right of the edge, less what the pixel before had.
    double before = 0;
    for (int pixel = first; pixel < end; pixel++) {
      double from = Math.max(begin, pixel);
      double to = Math.min(end, pixel + 1);
      double crossed = (to - from) / (end - begin);
      double passed = (from - begin) / (end - begin);
      double covered = passed + crossed * (1 - ((from + to) / 2 - pixel));
      change[at + pixel] += area * (covered - before);
      before = covered;
    }
    change[at + (int) Math.ceil(end)] += area * (1 - before);
  }

  /// Takes the pixels of a shape.
  @FunctionalInterface
  interface Pixels {
    /// Takes one.
    ///
    /// @param part 0 to 1
    void cover(int x, int y, double part);
  }

  /// Hands out the pixels of the shape and forgets it.
  void take(Pixels pixels) {
    for (int y = top; y < bottom; y++) {
      take(y, pixels);
    }
    clear();
  }

  private void take(int y, Pixels pixels) {
    int at = y * (width + 2);
    double sum = 0;
    for (int x = left; x < right; x++) {
      sum += change[at + x];
      double part = Math.min(1, Math.abs(sum));
      if (part > 1e-6) {
        pixels.cover(x, y, part);
      }
    }
    Arrays.fill(change, at + left, at + right + 2, 0);
  }
}
