package dev.sheaf.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Round numbers along an axis: multiples of 1, 2 or 5 times a power of ten.
///
/// @param value where it is
/// @param label how it is written
record Ticks(double value, String label) {
  /// The round numbers in a range, about `wanted` of them.
  ///
  /// @param finest the least distance between two
  static List<Ticks> of(double min, double max, int wanted, double finest) {
    double least = Math.max((max - min) / wanted, finest);
    if (least < Double.MIN_NORMAL) {
      return List.of(); // too small for powers of ten
    }
    int power = (int) Math.floor(StrictMath.log10(least));
    double[] steps = {1, 2, 5, 10};
    int index = 0;
    while (index < 3 && steps[index] * tenTo(power) < least) {
      index++;
    }
    double step = steps[index] * tenTo(power);
    String format = "%." + Math.max(0, -power) + "f";
    List<Ticks> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(min / step); i * step <= max; i++) {
      ticks.add(new Ticks(i * step, String.format(Locale.ROOT, format, i * step)));
    }
    return ticks;
  }

  /// The powers of ten from 1 to a number.
  static List<Ticks> ofPowers(double max) {
    List<Ticks> ticks = new ArrayList<>();
    for (int power = 0; tenTo(power) <= max; power++) {
      ticks.add(new Ticks(tenTo(power), String.format(Locale.ROOT, "%.0f", tenTo(power))));
    }
    return ticks;
  }

  /// The label for where there is little room: on an axis that goes to 100,000 or farther in
  /// thousands (k) or millions (M).
  String brief(double greatest) {
    if (value < 1e4 || greatest < 1e5) {
      return label;
    }
    double unit = value < 1e6 ? 1e3 : 1e6;
    String number = String.format(Locale.ROOT, "%.2f", value / unit).replaceAll("\\.?0+$", "");
    return number + (unit == 1e3 ? "k" : "M");
  }

  private static double tenTo(int power) {
    return Double.parseDouble("1e" + power);
  }
}
