package dev.sheaf.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The Hubble eXtreme Deep Field, the picture that comes with Sheaf.
public final class HubbleField {
  /// The size of the picture.
  public static final ImageSize SIZE = new ImageSize(1000, 872);

  /// Whom to thank for it.
  public static final String CREDIT =
      "NASA, ESA, G. Illingworth, D. Magee and P. Oesch (University of California, Santa Cruz), "
          + "R. Bouwens (Leiden University) and the HUDF09 Team; HubbleSite 2012-37, public domain";

  private HubbleField() {}

  /// Decoded when first asked for, once a process.
  private static final class Decoded {
    static final MemorySegment PIXELS = decode();

    private static MemorySegment decode() {
      try (InputStream in = HubbleField.class.getResourceAsStream("hubble_deep_field.jpg");
          ImageLoader loader = new ImageLoader(SIZE.pixels())) {
        byte[] bytes = in.readAllBytes();
        MemorySegment file = Arena.ofAuto().allocate(bytes.length);
        loader.open(file.copyFrom(MemorySegment.ofArray(bytes)));
        MemorySegment rgb = Arena.ofAuto().allocate(SIZE.rgbBytes());
        loader.decode(rgb);
        return rgb.asReadOnly();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// The pixels as 8-bit RGB, read-only.
  public static MemorySegment pixels() {
    return Decoded.PIXELS;
  }
}
