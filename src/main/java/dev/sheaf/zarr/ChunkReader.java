package dev.sheaf.zarr;

import dev.sheaf.array.FileErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// One thread's way to the chunks of an array. Memory: a chunk, its packed bytes, and of a shard
/// the index.
final class ChunkReader implements AutoCloseable {
  /// Bytes to read in one call: the JVM has memory of its own for so many.
  private static final int PIECE = 1 << 18;

  /// Of a chunk of a shard that is not there.
  private static final long NONE = -1;

  /// Bytes that a chunk may have before its last codec, beside twice what it has at last.
  private static final int MORE = 1 << 16;

  private final ZarrArray array;
  private final Layout layout;

  /// Room for the bytes of a chunk, as they are at last and in the file.
  private final byte[] plain;

  private byte[] packed = {};

  // The shard that was read last.
  private Path file;
  private FileChannel channel;
  private ByteBuffer index;

  ChunkReader(ZarrArray array) {
    this.array = array;
    layout = array.layout();
    plain = new byte[layout.chunkBytes()];
  }

  /// The bytes of the elements of a chunk, in the order in which they lie there; to be used before
  /// the next one is read.
  ///
  /// @throws ZarrException if it is damaged or cut short
  Bytes read(long[] chunk) throws IOException {
    Path wanted = array.file(chunk);
    Bytes stored;
    try {
      stored = layout.shards() == null ? whole(wanted) : ofShard(wanted, chunk);
    } catch (NoSuchFileException _) {
      stored = null;
    } catch (ZarrException e) {
      throw e;
    } catch (IOException e) {
      throw new ZarrException(FileErrors.line(wanted, "can't be read", e), e);
    }
    return stored == null ? filled() : unpack(wanted, stored);
  }

  private Bytes whole(Path wanted) throws IOException {
    try (FileChannel whole = FileChannel.open(wanted)) {
      return bytes(wanted, whole, 0, whole.size());
    }
  }

  /// @return `null` if the chunk is not there
  private Bytes ofShard(Path wanted, long[] chunk) throws IOException {
    if (!wanted.equals(file)) {
      openShard(wanted);
    }
    int entry = layout.shards().place(chunk) * Layout.Shards.ENTRY;
    long offset = index.getLong(entry);
    long length = index.getLong(entry + Long.BYTES);
    if (offset == NONE && length == NONE) {
      return null;
    }
    if (offset < 0 || length < 0 || length > channel.size() - offset) {
      throw new ZarrException(wanted + ": cut short; copy or write it again");
    }
    return bytes(wanted, channel, offset, length);
  }

  private void openShard(Path wanted) throws IOException {
    close();
    channel = FileChannel.open(wanted);
    Layout.Shards shards = layout.shards();
    int length = shards.indexBytes();
    long offset = shards.indexFirst() ? 0 : channel.size() - length;
    if (offset < 0) {
      throw new ZarrException(wanted + ": cut short; copy or write it again");
    }
    Bytes read = new Bytes(new byte[length], 0, length);
    read(wanted, channel, offset, read);
    try {
      index = (shards.indexChecked() ? read.checked() : read).buffer();
    } catch (IOException e) {
      throw damaged(wanted, e);
    }
    file = wanted;
  }

  /// Bytes of a file, to be used before the next ones are read.
  private Bytes bytes(Path from, FileChannel open, long offset, long length) throws IOException {
    if (length > LayoutText.MOST_BYTES) {
      throw new ZarrException(from + ": a chunk of %d bytes; write smaller ones".formatted(length));
    }
    if (packed.length < length) {
      packed = new byte[(int) length];
    }
    Bytes read = new Bytes(packed, 0, (int) length);
    read(from, open, offset, read);
    return read;
  }

  private static void read(Path from, FileChannel open, long offset, Bytes to) throws IOException {
    ByteBuffer buffer = to.buffer();
    while (buffer.position() < to.length()) {
      buffer.limit(Math.min(to.length(), buffer.position() + PIECE));
      if (open.read(buffer, offset + buffer.position()) < 0) {
        throw new ZarrException(from + ": cut short; copy or write it again");
      }
    }
  }

  private Bytes filled() {
    byte[] fill = layout.fill();
    for (int at = 0; at < plain.length; at += fill.length) {
      System.arraycopy(fill, 0, plain, at, fill.length);
    }
    return new Bytes(plain, 0, plain.length);
  }

  private Bytes unpack(Path from, Bytes stored) throws ZarrException {
    List<ByteCodec> codecs = layout.codecs();
    Bytes bytes = stored;
    try {
      for (int i = codecs.size() - 1; i >= 0; i--) {
        bytes = codecs.get(i).decode(bytes, i == 0 ? plain : room(codecs.get(i)));
      }
    } catch (IOException | RuntimeException e) {
      throw damaged(from, e);
    }
    if (bytes.length() != plain.length) {
      throw new ZarrException(
          from
              + ": a chunk of %d bytes has %d when unpacked; write it again"
                  .formatted(plain.length, bytes.length()));
    }
    return bytes;
  }

  /// Of a codec that is not the first one.
  private byte[] room(ByteCodec codec) {
    return new byte[codec == ByteCodec.CRC32C ? 0 : 2 * plain.length + MORE];
  }

  private static ZarrException damaged(Path file, Exception e) {
    String why = e instanceof IOException && e.getMessage() != null ? ": " + e.getMessage() : "";
    return new ZarrException(file + ": damaged" + why + "; copy or write it again", e);
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
      file = null;
    }
  }
}
