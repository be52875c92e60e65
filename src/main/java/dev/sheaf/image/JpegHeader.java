package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// What the markers before the first scan of a JPEG say (ITU-T T.81, annex B). The colour space is
/// chosen as libjpeg does (`default_decompress_parms` in jdapimin.c), so that every decoder here
/// agrees about it.
///
/// @param colour the colour space of the stored samples
/// @param adobe whether there is an Adobe marker; CMYK samples are then inverted
/// @param process the coding process: n of the frame header's marker, `SOFn`
/// @param scan where the first scan begins, at the length of its header
/// @param exif the EXIF data of the first marker with such, or `null`
record JpegHeader(
    ImageSize size, Colour colour, boolean adobe, int process, int scan, MemorySegment exif) {
  /// The colour space of the stored samples.
  enum Colour {
    GREY(1),
    YCBCR(3),
    RGB(3),
    YCCK(4),
    CMYK(4);

    private final int components;

    Colour(int components) {
      this.components = components;
    }

    int components() {
      return components;
    }

    boolean isCmyk() {
      return components == 4;
    }
  }

  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int SOF0 = 0xc0;
  private static final int RST0 = 0xd0;
  private static final int RST7 = 0xd7;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;

  /// Whether the file starts as every JPEG does: `SOI` and the first byte of another marker.
  static boolean isJpeg(MemorySegment file) {
    ByteBuffer bytes = file.asByteBuffer();
    return bytes.limit() >= 3
        && bytes.getShort(0) == (short) (0xff00 | SOI)
        && bytes.get(2) == (byte) 0xff;
  }

  /// Reads the header of a file for which [#isJpeg] holds.
  static JpegHeader parse(MemorySegment file) throws ImageException {
    try {
      return new Parser(file).parse();
    } catch (IndexOutOfBoundsException e) {
      throw new ImageException("truncated JPEG: the file ends in its header", e);
    }
  }

  /// Whether the image is coded in Huffman's way, baseline or progressive: what PDF's `DCTDecode`
  /// and every viewer can read.
  boolean huffman() {
    return process <= 2;
  }

  /// Where the image ends in the file that this is the header of: with the file, or, if that does
  /// not end as an image does, where the markers lead to through all scans. Nothing is decoded.
  ///
  /// @return the bytes from the file's start to the end of its image
  /// @throws ImageException if the file ends before its image
  long end(MemorySegment file) throws ImageException {
    Parser parser = new Parser(file);
    int last = parser.bytes.limit() - 2;
    if (last > scan && parser.unsigned16(last) == (0xff00 | EOI)) {
      return file.byteSize();
    }
    parser.at = scan;
    try {
      return parser.end();
    } catch (IndexOutOfBoundsException e) {
      throw new ImageException("truncated JPEG: the file ends before its image", e);
    }
  }

  private static final class Parser {
    private final MemorySegment file;

    /// The same, big-endian: faster than a segment is until it is compiled.
    private final ByteBuffer bytes;

    private int at = 2;
    private int frame = -1;
    private boolean jfif;
    private int adobeTransform = -1;
    private int process;
    private MemorySegment exif;

    Parser(MemorySegment file) {
      this.file = file;
      bytes = file.asByteBuffer();
    }

    JpegHeader parse() throws ImageException {
      while (true) {
        int marker = nextMarker();
        if (marker == SOS && frame >= 0) {
          return frameHeader();
        } else if (marker == SOI || marker == EOI || marker == SOS) {
          throw corrupt("no frame header before the first scan");
        }
        int length = unsigned16(at);
        if (isFrame(marker)) {
          frame = at;
          process = marker - SOF0;
        } else if (marker == APP0 && length >= 16 && startsWith("JFIF\0")) {
          jfif = true;
        } else if (marker == APP1 && length >= 8 && exif == null && startsWith("Exif\0\0")) {
          exif = file.asSlice(at + 8, length - 8);
        } else if (marker == APP14 && length >= 14 && startsWith("Adobe")) {
          adobeTransform = unsigned8(at + 13);
        }
        at += length;
      }
    }

    /// From the first scan's header on.
    long end() throws ImageException {
      for (int marker = SOS; marker != EOI; marker = nextMarker()) {
        at += unsigned16(at);
        if (marker == SOS) {
          skipEntropyCoded();
        }
      }
      return at;
    }

    /// To the next marker but restarts, which belong to the data; a byte 0xff of theirs has a zero
    /// after it.
    private void skipEntropyCoded() {
      while (true) {
        while (unsigned8(at) != 0xff) {
          at++;
        }
        int next = unsigned8(at + 1);
        if (next == 0xff) {
          at++;
        } else if (next == 0 || (next >= RST0 && next <= RST7)) {
          at += 2;
        } else {
          return;
        }
      }
    }

    private int nextMarker() throws ImageException {
      if (unsigned8(at) != 0xff) {
        throw corrupt("no marker where one must be, at byte " + at);
      }
      int marker;
      do {
        marker = unsigned8(++at);
      } while (marker == 0xff);
      at++;
      return marker;
    }

    /// SOF0 to SOF15 without DHT, JPG and DAC, which lie between them.
    private static boolean isFrame(int marker) {
      return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private boolean startsWith(String tag) {
      for (int i = 0; i < tag.length(); i++) {
        if (unsigned8(at + 2 + i) != tag.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    private JpegHeader frameHeader() throws ImageException {
      int bits = unsigned8(frame + 2);
      int height = unsigned16(frame + 3);
      int width = unsigned16(frame + 5);
      int components = unsigned8(frame + 7);
      if (bits != 8) {
        throw new ImageException("a JPEG of " + bits + " bits a sample; only 8 are supported");
      }
      if (width == 0 || height == 0) {
        throw corrupt("a size of " + width + "x" + height);
      }
      return new JpegHeader(
          new ImageSize(width, height), colour(components), adobeTransform >= 0, process, at, exif);
    }

    private Colour colour(int components) throws ImageException {
      return switch (components) {
        case 1 -> Colour.GREY;
        case 3 -> {
          if (jfif) {
            yield Colour.YCBCR;
          }
          if (adobeTransform >= 0) {
            yield adobeTransform == 0 ? Colour.RGB : Colour.YCBCR;
          }
          boolean namedRgb =
              unsigned8(frame + 8) == 'R'
                  && unsigned8(frame + 11) == 'G'
                  && unsigned8(frame + 14) == 'B';
          yield namedRgb ? Colour.RGB : Colour.YCBCR;
        }
        case 4 -> adobeTransform > 0 ? Colour.YCCK : Colour.CMYK;
        default -> throw new ImageException("a JPEG of " + components + " components");
      };
    }

    private int unsigned8(int at) {
      return Byte.toUnsignedInt(bytes.get(at));
    }

    private int unsigned16(int at) {
      return Short.toUnsignedInt(bytes.getShort(at));
    }

    private static ImageException corrupt(String what) {
      return new ImageException("corrupt JPEG: " + what);
    }
  }
}
