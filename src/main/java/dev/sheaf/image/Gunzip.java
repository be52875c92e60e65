package dev.sheaf.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.zip.GZIPInputStream;

/// Unpacks an image that is gzipped as a whole (RFC 1952), as archives keep FITS files.
final class Gunzip {
  private static final int BUFFER = 1 << 16;

  /// The largest array that the JVM makes.
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private Gunzip() {}

  static boolean isGzip(MemorySegment file) {
    return file.byteSize() >= 2
        && file.get(JAVA_BYTE, 0) == 0x1f
        && file.get(JAVA_BYTE, 1) == (byte) 0x8b;
  }

  /// What is in the file.
  ///
  /// @param most bytes; a file with more is refused as soon as so many have been unpacked
  static byte[] unpack(MemorySegment file, long most) throws ImageException {
    int limit = (int) Math.min(most, LARGEST - 1);
    byte[] packed = file.toArray(JAVA_BYTE);
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed), BUFFER)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new ImageException("a gzipped file of more than " + limit + " bytes");
      }
      return bytes;
    } catch (ImageException e) {
      throw e;
    } catch (IOException e) {
      throw ImageException.damaged("gzip", String.valueOf(e.getMessage()));
    }
  }
}
