package dev.sheaf.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Needs;
import io.airlift.compress.v3.Compressor;
import io.airlift.compress.v3.lz4.Lz4JavaCompressor;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What aircompressor and the JDK have packed.
class CompressionTest {
  private static final int BEFORE = 5;
  private static final byte UNTOUCHED = 77;

  /// Numbers of which many repeat, and some that don't.
  private static byte[] plain(int length) {
    SplittableRandom random = new SplittableRandom(1);
    byte[] plain = new byte[length];
    for (int i = 0; i < length; i++) {
      plain[i] = (byte) (i % 3 == 0 ? random.nextInt(256) : i / 100);
    }
    return plain;
  }

  private static byte[] packed(Compression by, byte[] plain) throws IOException {
    var bytes = new ByteArrayOutputStream();
    switch (by) {
      case NONE -> bytes.write(plain);
      case LZ4 -> bytes.write(packed(new Lz4JavaCompressor(), plain));
      case SNAPPY -> bytes.write(packed(new SnappyJavaCompressor(), plain));
      case ZSTD -> bytes.write(packed(new ZstdJavaCompressor(), plain));
      case ZLIB -> {
        try (var zlib = new DeflaterOutputStream(bytes, new Deflater(1))) {
          zlib.write(plain);
        }
      }
      case GZIP -> {
        try (var gzip = new GZIPOutputStream(bytes)) {
          gzip.write(plain);
        }
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] packed(Compressor by, byte[] plain) {
    byte[] packed = new byte[by.maxCompressedLength(plain.length)];
    return Arrays.copyOf(packed, by.compress(plain, 0, plain.length, packed, 0, packed.length));
  }

  /// One way to unpack: that of a library, or that in Java.
  private interface Way {
    int unpack(byte[] in, int from, int length, byte[] out, int to, int room) throws IOException;
  }

  private static void checkUnpacks(Way way, byte[] plain, byte[] packed) throws IOException {
    byte[] in = new byte[packed.length + 2 * BEFORE];
    System.arraycopy(packed, 0, in, BEFORE, packed.length);
    byte[] out = new byte[plain.length + 2 * BEFORE];
    Arrays.fill(out, UNTOUCHED);

    assertEquals(plain.length, way.unpack(in, BEFORE, packed.length, out, BEFORE, plain.length));

    byte[] expected = new byte[out.length];
    Arrays.fill(expected, UNTOUCHED);
    System.arraycopy(plain, 0, expected, BEFORE, plain.length);
    assertArrayEquals(expected, out);
  }

  @ParameterizedTest
  @EnumSource
  void unpacksWhatWasPacked(Compression by) throws IOException {
    for (int length : new int[] {1, 100, 1000, 300_000}) {
      byte[] plain = plain(length);
      byte[] packed = packed(by, plain);
      checkUnpacks(by::unpack, plain, packed);
      checkUnpacks(by::unpackInJava, plain, packed);
    }
  }

  @ParameterizedTest
  @EnumSource
  void librariesUnpackToo(SystemLibrary library) throws IOException {
    Compression by = Compression.valueOf(library.name());
    Needs.that(
        SystemLibrary.of(by) == library,
        "needs the library (apt-get install liblz4-1 libsnappy1v5 libzstd1)");
    byte[] plain = plain(300_000);
    byte[] packed = packed(by, plain);
    checkUnpacks(library::unpack, plain, packed);
    byte[] out = new byte[plain.length];
    assertTrue(library.unpack(packed, 0, packed.length, out, 0, plain.length - 1) < 0);
    assertTrue(library.unpack(packed, 0, 100, out, 0, plain.length) < 0);
  }

  @ParameterizedTest
  @EnumSource
  void saysWhatIsTooLongOrCutShort(Compression by) throws IOException {
    byte[] plain = plain(10_000);
    byte[] packed = packed(by, plain);
    byte[] out = new byte[plain.length];
    assertThrows(
        IOException.class, () -> by.unpack(packed, 0, packed.length, out, 0, plain.length - 1));
    // Of what is cut short some formats can't tell, but that too little comes out.
    int cut = packed.length / 2;
    assertTrue(unpacked(by, packed, cut, out) < plain.length);
  }

  private static int unpacked(Compression by, byte[] packed, int length, byte[] out) {
    try {
      return by.unpack(packed, 0, length, out, 0, out.length);
    } catch (IOException _) {
      return -1;
    }
  }

  @ParameterizedTest
  @EnumSource
  void survivesDamage(Compression by) throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    byte[] plain = plain(3000);
    byte[] packed = packed(by, plain);
    byte[] out = new byte[plain.length + BEFORE];
    Arrays.fill(out, UNTOUCHED);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = packed.clone();
      for (int k = random.nextInt(4); k >= 0; k--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        int length = by.unpack(damaged, 0, damaged.length, out, 0, plain.length);
        assertTrue(length >= 0 && length <= plain.length);
      } catch (IOException _) {
        // as it may be
      }
      for (int k = plain.length; k < out.length; k++) {
        assertEquals(UNTOUCHED, out[k]);
      }
    }
  }
}
