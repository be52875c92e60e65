package dev.sheaf.workload;

import dev.sheaf.InputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The seeds of a run, in the order given: `0..3`, or `4,7-17` as in dSQ, both ends included, none
/// twice.
public final class Seeds {
  private static final Pattern RANGE = Pattern.compile("(\\d+)(?:(?:\\.\\.|-)(\\d+))?");

  /// A list on rank 0 holds a result for each.
  private static final int MAX_COUNT = Integer.MAX_VALUE;

  /// Seeds in a row.
  private record Range(long first, long last) {}

  private final String text;
  private final List<Range> ranges;
  private final long count;

  private Seeds(String text, List<Range> ranges, long count) {
    this.text = text;
    this.ranges = ranges;
    this.count = count;
  }

  /// Reads a list of seeds and ranges of seeds, 0 to 2^63 - 1.
  ///
  /// @throws InputException for any other text
  public static Seeds parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      ranges.add(range(text, word.strip()));
    }
    List<Range> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(Range::first));
    long count = 0;
    long previous = -1;
    for (Range range : sorted) {
      if (range.first <= previous) {
        throw error(text, "seed " + range.first + " is there twice");
      }
      previous = range.last;
      if (range.last - range.first >= MAX_COUNT - count) {
        throw error(text, "more than " + MAX_COUNT + " seeds");
      }
      count += range.last - range.first + 1;
    }
    return new Seeds(text, List.copyOf(ranges), count);
  }

  private static Range range(String text, String word) {
    Matcher matcher = RANGE.matcher(word);
    if (!matcher.matches()) {
      throw error(
          text,
          "'" + word + "' is not a seed or a range of seeds; write for example 0..3 or 4,7-17");
    }
    try {
      long first = Long.parseLong(matcher.group(1));
      long last = matcher.group(2) == null ? first : Long.parseLong(matcher.group(2));
      if (last < first) {
        throw error(text, "'" + word + "' is empty; the smaller seed goes first");
      }
      return new Range(first, last);
    } catch (NumberFormatException e) {
      throw new InputException("--seeds " + text + ": '" + word + "' is beyond 2^63 - 1", e);
    }
  }

  private static InputException error(String text, String what) {
    return new InputException("--seeds " + text + ": " + what);
  }

  /// How many.
  public long count() {
    return count;
  }

  /// The largest.
  public long largest() {
    return ranges.stream().mapToLong(Range::last).max().orElseThrow();
  }

  /// The seed at a place in the order, 0 to `count() - 1`.
  public long get(long index) {
    long left = index;
    for (Range range : ranges) {
      long size = range.last - range.first + 1;
      if (left < size) {
        return range.first + left;
      }
      left -= size;
    }
    throw new IndexOutOfBoundsException(index);
  }

  /// The text that was read.
  @Override
  public String toString() {
    return text;
  }
}
