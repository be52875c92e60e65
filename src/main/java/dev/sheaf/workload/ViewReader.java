package dev.sheaf.workload;

import dev.sheaf.array.ArrayView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/// One thread's way to the elements of an array that are asked for. Reads the bytes that are
/// needed, and those between that are no further apart than a page.
final class ViewReader implements ChunkMoments.Reader {
  /// Elements nearer to each other than so many bytes are read in one go: a page.
  private static final int GAP = 4096;

  /// At most so many bytes in one go, if others lie between.
  private static final int SPAN = 1 << 20;

  private final List<ArrayInput> parts;
  private final ArrayView view;
  private final long[] shape;
  private final int elementBytes;

  /// The last dimension of the view, which runs fastest.
  private final long length;

  private final long stride;

  // The part that was read last: its number, its first element, its file.
  private int part;
  private long partStart;
  private FileChannel channel;

  private ByteBuffer span;

  ViewReader(ArrayParts array) {
    parts = array.parts();
    view = array.view().flattened();
    shape = view.shape();
    elementBytes = array.type().bytes();
    length = shape[shape.length - 1];
    stride = view.strides()[shape.length - 1];
  }

  /// Fills the buffer with the elements from `first` on, as they are in the file.
  @Override
  public void read(long first, ByteBuffer into) throws IOException {
    ByteBuffer rest = into.duplicate();
    for (long at = first; rest.hasRemaining(); ) {
      long end = at + rest.remaining() / elementBytes;
      long row = length - at % length;
      if (stride == 1 && (row >= end - at || row * elementBytes >= GAP)) {
        long run = Math.min(row, end - at);
        readStored(place(at), run, rest);
        at += run;
      } else if (Math.abs(stride) * elementBytes > GAP) {
        readStored(place(at++), 1, rest);
      } else {
        at = readSpan(at, end, rest);
      }
    }
    into.position(into.limit());
  }

  /// Reads elements that are near to each other, and what lies between.
  ///
  /// @return behind the last of them
  private long readSpan(long first, long end, ByteBuffer into) throws IOException {
    long low = Long.MAX_VALUE;
    long high = Long.MIN_VALUE;
    long last = first;
    while (last < end) {
      long run = run(last, end);
      long a = place(last);
      long b = a + (run - 1) * stride;
      long from = Math.min(Math.min(a, b), low);
      long to = Math.max(Math.max(a, b) + 1, high);
      boolean far =
          Math.max(Math.min(a, b) - high, low - Math.max(a, b)) * elementBytes > GAP
              || (to - from) * elementBytes > SPAN;
      if (last > first && far) {
        break;
      }
      low = from;
      high = to;
      last += run;
    }
    if (span == null) {
      span = ByteBuffer.allocateDirect(SPAN);
    }
    readStored(low, high - low, span.clear().limit((int) (high - low) * elementBytes));
    for (long at = first; at < last; ) {
      long run = run(at, end);
      long place = place(at) - low;
      for (long i = 0; i < run; i++) {
        into.put(into.position(), span, (int) (place + i * stride) * elementBytes, elementBytes);
        into.position(into.position() + elementBytes);
      }
      at += run;
    }
    return last;
  }

  /// How many elements follow along the last dimension that a span has room for.
  private long run(long at, long end) {
    long room = (SPAN / elementBytes - 1) / Math.abs(stride) + 1;
    return Math.min(Math.min(length - at % length, end - at), room);
  }

  /// Where among all parts' elements an element is.
  private long place(long at) {
    long place = view.offset() + at % length * stride;
    long row = at / length;
    for (int d = shape.length - 2; d >= 0; d--) {
      place += row % shape[d] * view.strides()[d];
      row /= shape[d];
    }
    return place;
  }

  /// Reads elements that lie side by side, perhaps in several parts.
  private void readStored(long place, long count, ByteBuffer into) throws IOException {
    long done = 0;
    while (done < count) {
      open(place + done);
      long first = place + done - partStart;
      int bytes = (int) Math.min(parts.get(part).count() - first, count - done) * elementBytes;
      parts.get(part).read(channel, first, into.slice(into.position(), bytes).order(into.order()));
      into.position(into.position() + bytes);
      done += bytes / elementBytes;
    }
  }

  /// Makes the part current that has this element.
  private void open(long place) throws IOException {
    int before = part;
    while (place < partStart) {
      partStart -= parts.get(--part).count();
    }
    while (place >= partStart + parts.get(part).count()) {
      partStart += parts.get(part++).count();
    }
    if (channel == null || part != before) {
      close();
      channel = parts.get(part).open();
    }
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
