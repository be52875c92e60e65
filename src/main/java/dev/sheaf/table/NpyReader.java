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

  /// A row of doubles fits into an array then.
  private static final int MOST_COLUMNS = 1 << 20;

  /// The texts of small whole numbers, as classes are, which are asked for in every row.
  private static final String[] WHOLE =
      IntStream.range(0, 256).mapToObj(Integer::toString).toArray(String[]::new);

  private final Path file;
  private final NpyHeader header;
  private final FileChannel channel;
  private final List<String> names;
  private final ByteBuffer raw;

  /// Some rows as doubles, from the current one on.
  private final ByteBuffer rows;

  private final int columns;
  private long row = -1;

  NpyReader(Path file) throws IOException {
    this.file = file;
    header = NpyHeader.read(file);
    if (header.shape().length != 2 || header.fortranOrder()) {
      throw new InputException(
          file + ": a table is a two-dimensional array in C order (numpy.ascontiguousarray)");
    }
    if (header.shape()[1] > MOST_COLUMNS) {
      throw new InputException(
          "%s: %d columns; a table has at most %d"
              .formatted(file, header.shape()[1], MOST_COLUMNS));
    }
    columns = (int) header.shape()[1];
    names = IntStream.range(0, columns).mapToObj(Integer::toString).toList();
    int elements = Math.max(1, ELEMENTS / Math.max(1, columns)) * columns;
    raw = ByteBuffer.allocate(elements * header.type().bytes()).order(header.order());
    rows = ByteBuffer.allocate(elements * Double.BYTES).order(ByteOrder.nativeOrder()).limit(0);
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
    if (rows.position() + rowBytes < rows.limit()) {
      rows.position(rows.position() + rowBytes);
      return true;
    }
    int some = (int) Math.min(rows.capacity() / rowBytes, header.shape()[0] - row);
    raw.clear().limit(some * columns * header.type().bytes());
    long offset = header.dataOffset() + row * columns * header.type().bytes();
    while (raw.hasRemaining() && channel.read(raw, offset + raw.position()) >= 0) {}
    rows.clear();
    Elements.toDoubles(header.type(), some * columns, raw.flip(), rows);
    rows.limit(some * rowBytes);
    return true;
  }

  @Override
  public String place() {
    return "row " + row;
  }

  @Override
  public String text(int column) {
    double number = number(column);
    if (number >= 0 && number < WHOLE.length && number == (int) number) {
      return WHOLE[(int) number];
    }
    if (!TableReader.isExact(number) && !header.type().isFloat()) {
      throw new InputException(
          "%s: %s, column %d: whole numbers from 2^53 on are no classes"
              .formatted(file, place(), column));
    }
    return TableReader.text(number);
  }

  @Override
  public double number(int column) {
    double number = rows.getDouble(rows.position() + column * Double.BYTES);
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
