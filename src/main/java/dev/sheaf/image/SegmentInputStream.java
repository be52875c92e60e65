package dev.sheaf.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import javax.imageio.stream.ImageInputStreamImpl;

/// Lets ImageIO read a file that lies in memory.
final class SegmentInputStream extends ImageInputStreamImpl {
  private final MemorySegment file;

  SegmentInputStream(MemorySegment file) {
    this.file = file;
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos < length()
        ? Byte.toUnsignedInt(file.get(ValueLayout.JAVA_BYTE, streamPos++))
        : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    bitOffset = 0;
    int count = (int) Math.min(length, length() - streamPos);
    if (count <= 0 && length > 0) {
      return -1;
    }
    MemorySegment.copy(file, ValueLayout.JAVA_BYTE, streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return file.byteSize();
  }
}
