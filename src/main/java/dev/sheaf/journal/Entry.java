package dev.sheaf.journal;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;

/// A record of a journal: what one rank did in one attempt of a run.
///
/// In the file each has its length and checksum before it; see [JournalWriter].
public sealed interface Entry {
  /// The version of the format that this program writes and reads.
  int FORMAT = 1;

  /// The first record, and only that: whose journal this is.
  ///
  /// @param run the run's number, in `run.json` too
  /// @param attempt 1 for the first start of the run, 2 for the first resume
  /// @param boot the host's boot, as the kernel numbers them: what was written before a crash of
  ///   the machine may be lost unless it was flushed
  /// @param durable whether results are flushed before their records are written, and these at once
  /// @param started milliseconds since 1970; times of other records count from there
  record Header(
      long run,
      int attempt,
      int rank,
      String host,
      String boot,
      long pid,
      int threads,
      boolean durable,
      long started)
      implements Entry {}

  /// A map begins. Records of its items follow behind it.
  ///
  /// @param map which of the run's maps, from 0
  /// @param items how many it has
  /// @param inputs a hash of the names of all items, the same for any partition
  /// @param output the part files that the results lie in, with the attempt that began them; empty
  ///   if the results are values, which lie in the records
  /// @param external whether results lie in files, which a crash of the machine may lose
  record MapBegun(int map, long items, long inputs, String output, boolean external)
      implements Entry {}

  /// An item is done.
  ///
  /// @param thread of the rank, from 0
  /// @param start nanoseconds since the attempt's start
  /// @param nanos how long it took, with its retries
  /// @param stamp of the item's own file before it was read
  /// @param value the encoded result; empty if that lies in files
  record Done(int map, long item, int thread, long start, long nanos, Stamp stamp, byte[] value)
      implements Entry {}

  /// An item failed; the fields of both are those of [Done] and of the failure as it is reported.
  record Failed(
      int map,
      long item,
      int thread,
      long start,
      long nanos,
      String input,
      int attempts,
      String cause,
      String replay)
      implements Entry {}

  /// What the first so many records behind the header tell of is durable, as are they: it survives
  /// a crash of the machine.
  ///
  /// @param at nanoseconds since the attempt's start
  record Flushed(long records, long at) implements Entry {}

  /// A file that the run wrote aside is about to get its name.
  ///
  /// @param name in the run's directory
  /// @param part its name until then
  /// @param stamp of the part file
  /// @param id of the file in its file system
  record Committed(String name, String part, Stamp stamp, String id) implements Entry {}

  /// The rank came to its end, or was told to: the items that it had in hand did not kill it.
  ///
  /// @param signal whether a signal ended it
  record Ended(boolean signal, long at) implements Entry {}

  /// Which bytes a file had, without reading them.
  ///
  /// @param size in bytes
  /// @param modified nanoseconds since 1970
  record Stamp(long size, long modified) {
    /// Of no file.
    public static final Stamp NONE = new Stamp(0, 0);
  }

  /// How records become bytes: a byte for the kind, then the fields.
  Codec<Entry> CODEC = Codecs.of(Entry::write, Entry::read);

  private static void write(Encoder out, Entry entry) {
    switch (entry) {
      case Header h ->
          out.putByte((byte) 1)
              .putInt(FORMAT)
              .putLong(h.run)
              .putInt(h.attempt)
              .putInt(h.rank)
              .putString(h.host)
              .putString(h.boot)
              .putLong(h.pid)
              .putInt(h.threads)
              .putBoolean(h.durable)
              .putLong(h.started);
      case MapBegun m ->
          out.putByte((byte) 2)
              .putInt(m.map)
              .putLong(m.items)
              .putLong(m.inputs)
              .putString(m.output)
              .putBoolean(m.external);
      case Done d -> {
        out.putByte((byte) 3).putInt(d.map).putLong(d.item).putInt(d.thread);
        out.putLong(d.start).putLong(d.nanos);
        write(out, d.stamp);
        out.putBytes(d.value);
      }
      case Failed f ->
          out.putByte((byte) 4)
              .putInt(f.map)
              .putLong(f.item)
              .putInt(f.thread)
              .putLong(f.start)
              .putLong(f.nanos)
              .putString(f.input)
              .putInt(f.attempts)
              .putString(f.cause)
              .putString(f.replay);
      case Flushed f -> out.putByte((byte) 5).putLong(f.records).putLong(f.at);
      case Committed c -> {
        out.putByte((byte) 6).putString(c.name).putString(c.part);
        write(out, c.stamp);
        out.putString(c.id);
      }
      case Ended e -> out.putByte((byte) 7).putBoolean(e.signal).putLong(e.at);
    }
  }

  private static void write(Encoder out, Stamp stamp) {
    out.putLong(stamp.size).putLong(stamp.modified);
  }

  private static Entry read(Decoder in) {
    byte kind = in.getByte();
    return switch (kind) {
      case 1 -> {
        int format = in.getInt();
        if (format != FORMAT) {
          throw new IllegalArgumentException("format " + format + ", this program has " + FORMAT);
        }
        yield new Header(
            in.getLong(),
            in.getInt(),
            in.getInt(),
            in.getString(),
            in.getString(),
            in.getLong(),
            in.getInt(),
            in.getBoolean(),
            in.getLong());
      }
      case 2 ->
          new MapBegun(in.getInt(), in.getLong(), in.getLong(), in.getString(), in.getBoolean());
      case 3 ->
          new Done(
              in.getInt(),
              in.getLong(),
              in.getInt(),
              in.getLong(),
              in.getLong(),
              stamp(in),
              in.getBytes());
      case 4 ->
          new Failed(
              in.getInt(),
              in.getLong(),
              in.getInt(),
              in.getLong(),
              in.getLong(),
              in.getString(),
              in.getInt(),
              in.getString(),
              in.getString());
      case 5 -> new Flushed(in.getLong(), in.getLong());
      case 6 -> new Committed(in.getString(), in.getString(), stamp(in), in.getString());
      case 7 -> new Ended(in.getBoolean(), in.getLong());
      default -> throw new IllegalArgumentException("a record of unknown kind " + kind);
    };
  }

  private static Stamp stamp(Decoder in) {
    return new Stamp(in.getLong(), in.getLong());
  }
}
