package dev.sheaf.array;

import dev.sheaf.InputException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes a part of a view, as `x[text]` does in NumPy.
final class Slicing {
  private static final String NUMBER = "\\s*([+-]?\\d{1,18})?\\s*";
  private static final Pattern INDEX = Pattern.compile("\\s*([+-]?\\d{1,18})\\s*");
  private static final Pattern SLICE =
      Pattern.compile(NUMBER + ":" + NUMBER + "(?::" + NUMBER + ")?");

  private final String text;
  private final ArrayView from;
  private final long[] shape;
  private final long[] strides;
  private long offset;
  private int axis;
  private int kept;

  Slicing(String text, ArrayView from) {
    this.text = text;
    this.from = from;
    this.shape = new long[from.shape().length];
    this.strides = new long[from.shape().length];
    this.offset = from.offset();
  }

  ArrayView view() {
    String[] words = text.split(",", -1);
    int given = words.length - (int) Arrays.stream(words).filter(Slicing::isEllipsis).count();
    int axes = from.shape().length;
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
    keep(axes - axis);
    return new ArrayView(offset, Arrays.copyOf(shape, kept), Arrays.copyOf(strides, kept));
  }

  private static boolean isEllipsis(String word) {
    return word.strip().equals("...");
  }

  private void keep(int axes) {
    for (int i = 0; i < axes; i++) {
      keep(from.shape()[axis], from.strides()[axis]);
      axis++;
    }
  }

  private void keep(long length, long stride) {
    shape[kept] = length;
    strides[kept++] = stride;
  }

  private void take(String word, int at) {
    long size = from.shape()[axis];
    long stride = from.strides()[axis];
    Matcher index = INDEX.matcher(word);
    Matcher slice = SLICE.matcher(word);
    if (index.matches()) {
      long given = Long.parseLong(index.group(1));
      if (given < -size || given >= size) {
        throw bad("index %d is out of bounds for axis %d of size %d".formatted(given, axis, size));
      }
      offset += (given < 0 ? given + size : given) * stride;
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
      offset += start * stride;
      keep(length, length == 1 ? stride : step * stride);
    } else {
      throw bad(
          "at character %d: '%s' is no index, nor a slice such as 0:50 or ::-2"
              .formatted(at + 1, word));
    }
    axis++;
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
