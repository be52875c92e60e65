package dev.sheaf.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// How often each value occurs in each colour channel of an image, 8-bit RGB. One a thread.
public final class ColourCounts {
  /// Red, green, blue.
  public static final int CHANNELS = 3;

  /// Values of a channel.
  public static final int VALUES = 256;

  /// Two tables, for the pixels in turn: equal neighbours don't wait for each other's increment.
  private final long[] even = new long[CHANNELS * VALUES];

  private final long[] odd = new long[CHANNELS * VALUES];

  private long pixels;

  /// Counts the pixels of an image, and no longer those of the one before.
  ///
  /// @param rgb (height, width, 3), row-major
  public void count(ImageSize size, MemorySegment rgb) {
    Arrays.fill(even, 0);
    Arrays.fill(odd, 0);
    pixels = size.pixels();
    long pairs = size.rgbBytes() / 6 * 6;
    for (long i = 0; i < pairs; i += 6) {
      add(even, rgb, i);
      add(odd, rgb, i + 3);
    }
    if (pairs < size.rgbBytes()) {
      add(even, rgb, pairs);
    }
  }

  private static void add(long[] table, MemorySegment rgb, long at) {
    table[rgb.get(JAVA_BYTE, at) & 0xff]++;
    table[VALUES + (rgb.get(JAVA_BYTE, at + 1) & 0xff)]++;
    table[2 * VALUES + (rgb.get(JAVA_BYTE, at + 2) & 0xff)]++;
  }

  /// How many pixels have this value in this channel.
  public long of(int channel, int value) {
    int index = channel * VALUES + value;
    return even[index] + odd[index];
  }

  /// The median of a channel, as `numpy.median` gives it: of an even number of pixels, halfway
  /// between the middle two.
  public double median(int channel) {
    return (ranked(channel, (pixels - 1) / 2) + ranked(channel, pixels / 2)) / 2.0;
  }

  /// The value of the pixel that would be at this place if they were sorted.
  private int ranked(int channel, long place) {
    int value = 0;
    for (long below = of(channel, 0); below <= place; below += of(channel, value)) {
      value++;
    }
    return value;
  }
}
