package dev.sheaf.table;

import dev.sheaf.InputException;
import dev.sheaf.array.Elements;
import dev.sheaf.array.NpyHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// A two-dimensional `.npy` array: a row a row, the columns named `0`, `1`, ...
final class NpyReader implements TableReader {
  /// Rows that are read at once hold about so many elements.
  private static final int ELEMENTS = 1 << 16;

  private final Path file;
  private final NpyHeader header;
  private final FileChannel channel;
  private final List<String> names;
  private final ByteBuffer raw;
  private final ByteBuffer wide;
  private final int columns;
  private long row = -1;

  NpyReader(Path file) throws IOException {
    this.file = file;
    header = NpyHeader.read(file);
    if (header.shape().length != 2 || header.fortranOrder()) {
      throw new InputException(
          file + ": a table is a two-dimensional array in C order (numpy.ascontiguousarray)");
    }
    columns = Math.toIntExact(header.shape()[1]);
    names = IntStream.range(0, columns).mapToObj(Integer::toString).toList();
    int rows = Math.max(1, ELEMENTS / Math.max(1, columns));
    raw = ByteBuffer.allocate(rows * columns * header.type().bytes()).order(header.order());
    wide = ByteBuffer.allocate(rows * columns * Double.BYTES).order(ByteOrder.nativeOrder());
    wide.limit(0);
    channel = FileChannel.open(file);
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public boolean next() throws IOException {
    if (++row == header.shape()[0]) {
      return false;
    }
    int rowBytes = columns * Double.BYTES;
    if (wide.position() + rowBytes < wide.limit()) {
      wide.position(wide.position() + rowBytes);
      return true;
    }
    int rows =
        (int)
            Math.min(
                raw.capacity() / Math.max(1, columns * header.type().bytes()),
                header.shape()[0] - row);
    raw.clear().limit(rows * columns * header.type().bytes());
    long offset = header.dataOffset() + row * columns * header.type().bytes();
    while (raw.hasRemaining() && channel.read(raw, offset + raw.position()) >= 0) {}
    wide.clear();
    Elements.widen(header.type(), rows * columns, raw.flip(), wide);
    wide.limit(rows * rowBytes);
    return true;
  }

  @Override
  public String place() {
    return "row " + row;
  }

  @Override
  public String text(int column) {
    double number = number(column);
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  @Override
  public double number(int column) {
    int at = wide.position() + column * Double.BYTES;
    double number =
        switch (header.type()) {
          case FLOAT16, FLOAT32, FLOAT64 -> wide.getDouble(at);
          case UINT64 -> 2.0 * (wide.getLong(at) >>> 1) + (wide.getLong(at) & 1);
          default -> wide.getLong(at);
        };
    if (!Double.isFinite(number)) {
      throw new InputException(
          "%s: %s, column %d: %s is not a finite number".formatted(file, place(), column, number));
    }
    return number;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
