package dev.sheaf.array;

import dev.sheaf.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a slice takes of each axis, as `x[text]` does in NumPy.
final class Slicing {
  private static final String NUMBER = "\\s*([+-]?\\d{1,18})?\\s*";
  private static final Pattern INDEX = Pattern.compile("\\s*([+-]?\\d{1,18})\\s*");
  private static final Pattern SLICE =
      Pattern.compile(NUMBER + ":" + NUMBER + "(?::" + NUMBER + ")?");

  private final String text;
  private final long[] shape;
  private final List<AxisRange> ranges = new ArrayList<>();

  Slicing(String text, long[] shape) {
    this.text = text;
    this.shape = shape;
  }

  List<AxisRange> ranges() {
    String[] words = text.split(",", -1);
    int given = words.length - (int) Arrays.stream(words).filter(Slicing::isEllipsis).count();
    int axes = shape.length;
    if (words.length - given > 1) {
      throw bad("only one ... may stand in it");
    }
    if (given > axes) {
      throw bad(
          "%d indices for an array of %d dimension%s".formatted(given, axes, axes == 1 ? "" : "s"));
    }
    int at = 0;
    for (String word : words) {
      if (isEllipsis(word)) {
        keep(axes - given);
      } else {
        take(word, at);
      }
      at += word.length() + 1;
    }
    keep(axes - ranges.size());
    return ranges;
  }

  private static boolean isEllipsis(String word) {
    return word.strip().equals("...");
  }

  private void keep(int axes) {
    for (int i = 0; i < axes; i++) {
      ranges.add(new AxisRange(0, 1, shape[ranges.size()], true));
    }
  }

  private void take(String word, int at) {
    int axis = ranges.size();
    long size = shape[axis];
    Matcher index = INDEX.matcher(word);
    Matcher slice = SLICE.matcher(word);
    if (index.matches()) {
      long given = Long.parseLong(index.group(1));
      if (given < -size || given >= size) {
        throw bad("index %d is out of bounds for axis %d of size %d".formatted(given, axis, size));
      }
      ranges.add(new AxisRange(given < 0 ? given + size : given, 1, 1, false));
    } else if (slice.matches()) {
      long step = number(slice.group(3), 1);
      if (step == 0) {
        throw bad("at character %d: '%s' has a step of 0".formatted(at + 1, word));
      }
      // As Python's slice.indices.
      long first = step > 0 ? 0 : -1;
      long last = step > 0 ? size : size - 1;
      long start = bound(slice.group(1), size, first, last, step > 0 ? first : last);
      long stop = bound(slice.group(2), size, first, last, step > 0 ? last : first);
      long length = step > 0 ? Math.ceilDiv(stop - start, step) : Math.ceilDiv(start - stop, -step);
      if (length <= 0) {
        throw bad("'%s' selects nothing of axis %d of size %d".formatted(word, axis, size));
      }
      ranges.add(new AxisRange(start, length == 1 ? 1 : step, length, true));
    } else {
      throw bad(
          "at character %d: '%s' is no index, nor a slice such as 0:50 or ::-2"
              .formatted(at + 1, word));
    }
  }

  private static long number(String digits, long otherwise) {
    return digits == null ? otherwise : Long.parseLong(digits);
  }

  private static long bound(String digits, long size, long first, long last, long otherwise) {
    long given = number(digits, otherwise);
    return digits == null ? otherwise : Math.clamp(given < 0 ? given + size : given, first, last);
  }

  private InputException bad(String why) {
    return new InputException("--slice " + text + ": " + why);
  }
}
