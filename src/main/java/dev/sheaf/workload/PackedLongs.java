package dev.sheaf.workload;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import java.util.Arrays;

/// Longs as bytes, each in as few as the largest takes that is left when the least is subtracted.
final class PackedLongs implements Codec<long[]> {
  static final Codec<long[]> CODEC = new PackedLongs();

  private PackedLongs() {}

  @Override
  public void write(long[] values, Encoder out) {
    long least = Arrays.stream(values).min().orElse(0);
    long greatest = Arrays.stream(values).max().orElse(0);
    int width =
        Math.max(1, Math.ceilDiv(Long.SIZE - Long.numberOfLeadingZeros(greatest - least), 8));
    byte[] packed = new byte[Math.multiplyExact(values.length, width)];
    int at = 0;
    for (long value : values) {
      long rest = value - least;
      for (int i = 0; i < width; i++) {
        packed[at++] = (byte) (rest >>> (8 * i));
      }
    }
    out.putLong(least).putInt(width).putBytes(packed);
  }

  @Override
  public long[] read(Decoder in) {
    long least = in.getLong();
    int width = in.getInt();
    byte[] packed = in.getBytes();
    long[] values = new long[packed.length / width];
    int at = 0;
    for (int item = 0; item < values.length; item++) {
      long rest = 0;
      for (int i = 0; i < width; i++) {
        rest |= (packed[at++] & 0xFFL) << (8 * i);
      }
      values[item] = least + rest;
    }
    return values;
  }
}
