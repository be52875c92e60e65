package dev.sheaf.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// Writes baseline JPEGs (YCbCr, 4:2:0; or grey) by the JDK's own encoder, never by a library that
/// only some machines have: its integer arithmetic gives the same bytes everywhere, those of
/// libjpeg-turbo's `cjpeg -sample 2x2` but for the version in the JFIF marker. One a thread.
public final class JpegEncoder implements AutoCloseable {
  private final ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
  private final ImageWriteParam parameters = writer.getDefaultWriteParam();

  /// An encoder of the given quality, 1 to 100, on libjpeg's scale.
  public JpegEncoder(int quality) {
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(quality / 100f);
  }

  /// Encodes an image of 8-bit RGB, (height, width, 3).
  public byte[] encode(ImageSize size, MemorySegment rgb) {
    return encode(size, false, Turn.NONE.of(size, rgb));
  }

  /// Encodes an image of these rows, or of their red alone, as grey.
  byte[] encode(ImageSize size, boolean grey, RgbRows rows) {
    int type = grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
    BufferedImage image = new BufferedImage(size.width(), size.height(), type);
    byte[] samples = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] row = new byte[3 * size.width()];
    int to = 0;
    for (int y = 0; y < size.height(); y++) {
      rows.read(y, row);
      for (int i = 0; i < row.length; i += 3) {
        if (!grey) {
          samples[to++] = row[i + 2];
          samples[to++] = row[i + 1];
        }
        samples[to++] = row[i];
      }
    }
    return encode(image);
  }

  /// Encodes an image of 8-bit grey, (height, width).
  public byte[] encodeGrey(ImageSize size, byte[] grey) {
    BufferedImage image =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, size.width(), size.height(), grey);
    return encode(image);
  }

  private byte[] encode(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    writer.dispose();
  }
}
