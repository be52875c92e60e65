package dev.sheaf.parquet;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// A Parquet file: what its footer tells. The data are read by [ColumnReader].
///
/// **Lifecycle.** [#open] reads the footer; the file stays open until it is closed. May be used by
/// several threads at once.
public final class ParquetFile implements AutoCloseable {
  private static final String MAGIC = "PAR1";
  private static final String ENCRYPTED = "PARE";
  private static final int TAIL = Integer.BYTES + MAGIC.length();

  /// Bytes read in one call: the JDK copies them through memory that it keeps for each thread.
  private static final int PIECE = 1 << 20;

  private final FileChannel channel;
  private final List<ParquetColumn> columns;
  private final List<ThriftStruct> groups;

  private ParquetFile(FileChannel channel, List<ParquetColumn> columns, List<ThriftStruct> groups) {
    this.channel = channel;
    this.columns = columns;
    this.groups = groups;
  }

  /// Opens a file.
  ///
  /// @throws ParquetException if it is not a Parquet file, or not a whole one
  public static ParquetFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    try {
      ThriftStruct footer = footer(channel);
      return new ParquetFile(channel, Schema.columns(footer.structs(2)), footer.structs(4));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static ThriftStruct footer(FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < MAGIC.length() + TAIL) {
      throw new ParquetException("not a Parquet file, or cut short: it has " + size + " bytes");
    }
    byte[] tail = new byte[TAIL];
    read(channel, size - TAIL, tail, TAIL);
    String magic = new String(tail, Integer.BYTES, MAGIC.length(), StandardCharsets.ISO_8859_1);
    if (magic.equals(ENCRYPTED)) {
      throw new ParquetException("encrypted Parquet files can't be read");
    }
    if (!magic.equals(MAGIC)) {
      byte[] head = new byte[MAGIC.length()];
      read(channel, 0, head, head.length);
      boolean begun = new String(head, StandardCharsets.ISO_8859_1).equals(MAGIC);
      throw new ParquetException(
          begun
              ? "cut short: Parquet's footer, which tells the row groups, is missing at its end"
              : "not a Parquet file");
    }
    int length = Bits.getInt(tail, 0);
    if (length < 1 || length > size - MAGIC.length() - TAIL) {
      throw new ParquetException("damaged: a footer of " + length + " bytes");
    }
    byte[] footer = new byte[length];
    read(channel, size - TAIL - length, footer, length);
    return ThriftStruct.read(ByteBuffer.wrap(footer));
  }

  /// The columns, in the order of the file.
  public List<ParquetColumn> columns() {
    return columns;
  }

  /// How many row groups there are.
  public int groups() {
    return groups.size();
  }

  /// The rows of a row group.
  public long rows(int group) throws ParquetException {
    return groups.get(group).number(3);
  }

  /// What the footer tells of a column in a row group.
  ThriftStruct chunk(int group, ParquetColumn column) throws ParquetException {
    List<ThriftStruct> chunks = groups.get(group).structs(1);
    if (column.index() >= chunks.size()) {
      throw new ParquetException("its metadata are damaged: a row group lacks a column");
    }
    ThriftStruct chunk = chunks.get(column.index());
    if (!chunk.has(3)) {
      throw new ParquetException("a column in another file or encrypted can't be read");
    }
    return chunk.struct(3);
  }

  /// The bytes of the file.
  long size() throws IOException {
    return channel.size();
  }

  /// Reads bytes of the file.
  void read(long position, byte[] into, int length) throws IOException {
    read(channel, position, into, length);
  }

  private static void read(FileChannel channel, long position, byte[] into, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(into);
    for (int done = 0; done < length; ) {
      buffer.limit(Math.min(length, done + PIECE)).position(done);
      int some = channel.read(buffer, position + done);
      if (some < 0) {
        throw new EOFException("the file ends at byte " + (position + done));
      }
      done += some;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
