package dev.sheaf.image;

import java.io.ByteArrayOutputStream;
import java.util.zip.Deflater;

/// Compresses the rows of an image as a PNG does; PDF calls that `FlateDecode` with predictor 15.
///
/// Every row goes through the filter `Paeth`, the best single one for photographs.
///
/// Source: PNG (ISO/IEC 15948), 9.2 (filter types for filter method 0).
final class PngRows {
  private static final byte PAETH = 4;
  private static final int LEVEL = 6;

  private PngRows() {}

  /// The rows of an image, or of their red alone, as grey: zlib's format.
  static byte[] compress(ImageSize size, boolean grey, RgbRows rows) {
    int channels = grey ? 1 : 3;
    byte[] rgb = new byte[3 * size.width()];
    byte[] above = new byte[channels * size.width()];
    byte[] row = grey ? new byte[above.length] : rgb;
    byte[] filtered = new byte[1 + above.length];
    byte[] piece = new byte[1 << 16];
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Deflater deflater = new Deflater(LEVEL)) {
      for (int y = 0; y < size.height(); y++) {
        rows.read(y, rgb);
        for (int x = 0; grey && x < row.length; x++) {
          row[x] = rgb[3 * x];
        }
        filter(row, above, channels, filtered);
        System.arraycopy(row, 0, above, 0, row.length);
        deflater.setInput(filtered);
        while (!deflater.needsInput()) {
          out.write(piece, 0, deflater.deflate(piece));
        }
      }
      deflater.finish();
      while (!deflater.finished()) {
        out.write(piece, 0, deflater.deflate(piece));
      }
    }
    return out.toByteArray();
  }

  private static void filter(byte[] row, byte[] above, int channels, byte[] filtered) {
    filtered[0] = PAETH;
    for (int i = 0; i < channels; i++) {
      filtered[i + 1] = (byte) (row[i] - above[i]);
    }
    for (int i = channels; i < row.length; i++) {
      int left = row[i - channels] & 0xff;
      int up = above[i] & 0xff;
      int corner = above[i - channels] & 0xff;
      int toLeft = Math.abs(up - corner);
      int toUp = Math.abs(left - corner);
      int toCorner = Math.abs(left + up - 2 * corner);
      int nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
      filtered[i + 1] = (byte) (row[i] - nearest);
    }
  }
}
