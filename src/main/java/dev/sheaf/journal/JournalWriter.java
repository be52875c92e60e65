package dev.sheaf.journal;

import dev.sheaf.array.FileErrors;
import dev.sheaf.comm.Encoder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Appends records to the journal of one rank in one attempt, which no other ever appends to.
///
/// A record is behind its frame (see [Frame]) and goes to the system in one call, so that a kill at
/// any moment loses no record whose [#append] has returned. Entries that are appended together are
/// one record: all of them are there, or none. What a crash of the machine leaves is for
/// [Entry.Flushed] to tell.
///
/// **Threads.** All may append at once, also interrupted ones.
///
/// **Errors.** A full disk: an [dev.sheaf.InputException] that names the file; the journal is as it
/// was, and the next record may have room again.
public final class JournalWriter implements AutoCloseable {
  private final Path file;

  /// Not a `FileChannel`: that is closed by the interrupt of a thread that writes.
  private final RandomAccessFile out;

  private final Frame frame = new Frame();
  private long bytes;

  /// Whether a record had no room, and may have left a part of itself.
  private boolean torn;

  private JournalWriter(Path file, RandomAccessFile out) {
    this.file = file;
    this.out = out;
  }

  /// Begins a journal with this header.
  ///
  /// @throws dev.sheaf.InputException if it can't be written, or is there already
  public static JournalWriter create(Path file, Entry.Header header) {
    try {
      Files.createFile(file);
      JournalWriter writer = new JournalWriter(file, new RandomAccessFile(file.toFile(), "rw"));
      writer.append(header);
      writer.frame.of(header);
      return writer;
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be written", e);
    }
  }

  /// Appends a record of one entry.
  public void append(Entry entry) {
    append(List.of(entry));
  }

  /// Appends a record.
  public synchronized void append(List<? extends Entry> entries) {
    Encoder encoder = new Encoder().putLong(0);
    entries.forEach(entry -> Entry.CODEC.write(entry, encoder));
    byte[] record = encoder.toByteArray();
    int length = record.length - Frame.BYTES;
    ByteBuffer.wrap(record)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(length)
        .putInt(frame.checksum(record, Frame.BYTES, length));
    try {
      if (torn) {
        out.setLength(bytes);
        out.seek(bytes);
      }
      torn = true;
      out.write(record);
      torn = false;
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be written", e);
    }
    frame.next();
    bytes += record.length;
  }

  /// Makes the records durable, without what they tell of.
  public synchronized void force() {
    try {
      out.getFD().sync();
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be written", e);
    }
  }

  /// How many records there are behind the header.
  public synchronized long records() {
    return frame.records() - 1;
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
