package dev.sheaf.journal;

import dev.sheaf.array.FileErrors;
import dev.sheaf.comm.Encoder;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// Appends records to the journal of one rank in one attempt, which no other ever appends to.
///
/// A record is behind its frame (see [Frame]) and goes to the system in one call, so that a kill at
/// any moment loses no record whose [#append] has returned. What a crash of the machine leaves is
/// for [Entry.Flushed] to tell.
///
/// **Threads.** All may append at once, also interrupted ones.
///
/// **Errors.** A full disk: an [dev.sheaf.InputException] that names the file.
public final class JournalWriter implements AutoCloseable {
  private final Path file;

  /// Not a `FileChannel`: that is closed by the interrupt of a thread that writes.
  private final FileOutputStream out;

  private final Frame frame = new Frame();
  private long bytes;

  private JournalWriter(Path file, FileOutputStream out) {
    this.file = file;
    this.out = out;
  }

  /// Begins a journal with this header.
  ///
  /// @throws dev.sheaf.InputException if it can't be written, or is there already
  public static JournalWriter create(Path file, Entry.Header header) {
    try {
      Files.createFile(file);
      JournalWriter writer = new JournalWriter(file, new FileOutputStream(file.toFile()));
      writer.append(header);
      writer.frame.of(header);
      return writer;
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be written", e);
    }
  }

  /// Appends a record.
  ///
  /// @return the bytes of the journal, with this record
  public synchronized long append(Entry entry) {
    Encoder encoder = new Encoder().putLong(0);
    Entry.CODEC.write(entry, encoder);
    byte[] record = encoder.toByteArray();
    int length = record.length - Frame.BYTES;
    ByteBuffer.wrap(record)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(length)
        .putInt(frame.next(record, Frame.BYTES, length));
    try {
      out.write(record);
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be written", e);
    }
    bytes += record.length;
    return bytes;
  }

  /// The bytes so far.
  public synchronized long bytes() {
    return bytes;
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be written", e);
    }
  }
}
