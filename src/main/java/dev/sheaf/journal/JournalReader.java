package dev.sheaf.journal;

import dev.sheaf.comm.Decoder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Reads a journal as far as it is right: to its end, or to the first record that was not written
/// whole, has changed, or stands where it doesn't belong. Nothing behind that counts.
///
/// Memory: one record, which is never taken to be longer than the file.
public final class JournalReader {
  private static final int BUFFER = 1 << 16;

  private JournalReader() {}

  /// How far a journal is right.
  ///
  /// @param header whose it is; `null` if not even that can be read
  /// @param bytes of the records that were read
  /// @param problem what stands behind them, in words; `null` if that is the end
  public record Reading(Entry.Header header, long bytes, String problem) {}

  /// Reads a journal, also one that its rank is still appending to.
  ///
  /// @param limit how many bytes to look at, at most; `Long.MAX_VALUE` for all
  /// @param to takes the entries of the records behind the header, in order
  public static Reading read(Path file, long limit, Consumer<? super Entry> to) throws IOException {
    return readPlaces(file, limit, record -> record.forEach(each -> to.accept(each.entry)));
  }

  /// An entry, and where in the journal it ends.
  record Placed(Entry entry, long end) {}

  /// The same, record by record.
  static Reading readPlaces(Path file, long limit, Consumer<List<Placed>> to) throws IOException {
    Frame frame = new Frame();
    Entry.Header header = null;
    long size = Math.min(limit, Files.size(file));
    long done = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      while (done < size) {
        byte[] head = in.readNBytes(Frame.BYTES);
        if (head.length < Frame.BYTES || done + Frame.BYTES > size) {
          return new Reading(header, done, torn(done));
        }
        ByteBuffer values = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        int length = values.getInt();
        int checksum = values.getInt();
        if (length <= 0 || length > size - done - Frame.BYTES) {
          return new Reading(header, done, torn(done));
        }
        byte[] record = in.readNBytes(length);
        if (record.length < length || frame.checksum(record, 0, length) != checksum) {
          return new Reading(header, done, "a wrong record at byte " + done);
        }
        List<Placed> entries;
        try {
          entries = entries(record, done + Frame.BYTES);
        } catch (RuntimeException e) {
          return new Reading(header, done, "at byte " + done + ": " + e.getMessage());
        }
        boolean begins = entries.getFirst().entry instanceof Entry.Header;
        if (begins != (header == null)) {
          return new Reading(header, done, "a record out of place at byte " + done);
        }
        if (begins) {
          header = (Entry.Header) entries.getFirst().entry;
          frame.of(header);
        } else {
          to.accept(entries);
        }
        frame.next();
        done += Frame.BYTES + length;
      }
    }
    return new Reading(header, done, null);
  }

  private static List<Placed> entries(byte[] record, long from) {
    Decoder in = new Decoder(record);
    List<Placed> entries = new ArrayList<>(1);
    while (in.hasRemaining()) {
      entries.add(new Placed(Entry.CODEC.read(in), from + in.position()));
    }
    return entries;
  }

  private static String torn(long at) {
    return "a record that was not written whole at byte " + at;
  }
}
