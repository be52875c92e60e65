package dev.sheaf.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// PNGs with each kind of row filter, made here by PNG's own formulas; that they are right is told
/// by ImageIO.
class PngDecoderTest {
  private static final int[] COLOUR = {-1, 0, 4, 2, 6}; // by channels

  private static byte[] png(int width, int height, int channels, byte[] samples, int dataChunk)
      throws IOException {
    ByteArrayOutputStream zlib = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(zlib)) {
      int row = width * channels;
      for (int y = 0; y < height; y++) {
        out.write(y % 5);
        for (int i = 0; i < row; i++) {
          int left = i < channels ? 0 : samples[y * row + i - channels] & 0xff;
          int up = y == 0 ? 0 : samples[(y - 1) * row + i] & 0xff;
          int corner = y == 0 || i < channels ? 0 : samples[(y - 1) * row + i - channels] & 0xff;
          int estimate = left + up - corner;
          int nearest = Math.abs(estimate - up) <= Math.abs(estimate - corner) ? up : corner;
          int paeth =
              Math.abs(estimate - left) <= Math.abs(estimate - nearest)
                      && Math.abs(estimate - left) <= Math.abs(estimate - corner)
                      && Math.abs(estimate - left) <= Math.abs(estimate - up)
                  ? left
                  : nearest;
          int[] prediction = {0, left, up, (left + up) / 2, paeth};
          out.write(samples[y * row + i] - prediction[y % 5]);
        }
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(png);
    out.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {8, (byte) COLOUR[channels], 0, 0, 0});
    chunk(out, "IHDR", header.toByteArray());
    chunk(out, "tEXt", "Comment\0none".getBytes(StandardCharsets.US_ASCII));
    byte[] data = zlib.toByteArray();
    for (int from = 0; from < data.length; from += dataChunk) {
      chunk(out, "IDAT", Arrays.copyOfRange(data, from, Math.min(data.length, from + dataChunk)));
    }
    chunk(out, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) crc.getValue());
  }

  private static byte[] samples(int count) {
    byte[] samples = new byte[count];
    new Random(count).nextBytes(samples);
    return samples;
  }

  private static PixelDecoder none() {
    throw new IllegalStateException("asked for another decoder");
  }

  private static byte[] decode(byte[] png) throws ImageException {
    try (Arena arena = Arena.ofConfined();
        PngDecoder decoder = new PngDecoder(PngDecoderTest::none)) {
      MemorySegment file = arena.allocateFrom(ValueLayout.JAVA_BYTE, png);
      ImageSize size = decoder.size(file);
      MemorySegment rgb = arena.allocate(size.rgbBytes());
      decoder.decode(file, size, PixelFormat.RGB8, rgb);
      return rgb.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @ParameterizedTest
  @CsvSource({"37,23", "1,1", "1,9", "300,2"})
  void everyFilterOfEveryKind(int width, int height) throws IOException {
    for (int channels = 1; channels <= 4; channels++) {
      byte[] samples = samples(width * height * channels);
      byte[] rgb = new byte[width * height * 3];
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = samples[i / 3 * channels + (channels < 3 ? 0 : i % 3)];
      }
      for (int dataChunk : new int[] {7, 1 << 20}) {
        byte[] png = png(width, height, channels, samples, dataChunk);
        var image = ImageIO.read(new ByteArrayInputStream(png)).getRaster();
        byte[] oracle = new byte[samples.length];
        for (int i = 0; i < oracle.length; i++) {
          int pixel = i / channels;
          oracle[i] = (byte) image.getSample(pixel % width, pixel / width, i % channels);
        }
        assertArrayEquals(samples, oracle);
        assertArrayEquals(rgb, decode(png));
      }
    }
  }

  /// Any one byte wrong, or missing at the end: left to the other decoder.
  @Test
  void damageIsLeftToOthers() throws IOException {
    byte[] png = png(9, 5, 3, samples(135), 40);
    for (int at = 29; at < png.length; at++) {
      byte[] wrong = png.clone();
      wrong[at] ^= 0x10;
      assertThrows(IllegalStateException.class, () -> decode(wrong), "byte " + at);
      byte[] cut = Arrays.copyOf(png, Math.max(33, at));
      assertThrows(IllegalStateException.class, () -> decode(cut), "cut at " + at);
    }
  }

  @Test
  void tooFewAndTooManyRows() throws IOException {
    for (int height : new int[] {4, 6}) {
      byte[] png = png(9, 5, 3, samples(135), 1 << 20);
      png[23] = (byte) height;
      CRC32 crc = new CRC32();
      crc.update(png, 12, 17);
      ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
      assertThrows(IllegalStateException.class, () -> decode(png));
    }
  }
}
