package dev.sheaf.journal;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import java.util.Arrays;

/// An entry of a journal: what one rank did in one attempt of a run.
///
/// In the file each record, of one entry or some, has its length and checksum before it; see
/// [JournalWriter].
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
      implements Entry {
    @Override
    public void write(Encoder out) {
      out.putByte((byte) 1)
          .putInt(FORMAT)
          .putLong(run)
          .putInt(attempt)
          .putInt(rank)
          .putString(host)
          .putString(boot)
          .putLong(pid)
          .putInt(threads)
          .putBoolean(durable)
          .putLong(started);
    }
  }

  /// A map begins. Records of its items follow behind it.
  ///
  /// @param map which of the run's maps, from 0
  /// @param items how many it has
  /// @param inputs a hash of the names of all items, the same for any partition
  /// @param output the part files that the results lie in, with the attempt that began them; empty
  ///   if the results are values, which lie in the records
  /// @param external whether results lie in files, which a crash of the machine may lose
  record MapBegun(int map, long items, long inputs, String output, boolean external)
      implements Entry {
    @Override
    public void write(Encoder out) {
      out.putByte((byte) 2).putInt(map).putLong(items).putLong(inputs).putString(output);
      out.putBoolean(external);
    }
  }

  /// An item is done.
  ///
  /// @param thread of the rank, from 0
  /// @param start nanoseconds since the attempt's start
  /// @param nanos how long it took, with its retries
  /// @param stamp of the item's own file before it was read
  /// @param value the encoded result, the last of the entry; empty if that lies in files
  record Done(int map, long item, int thread, long start, long nanos, Stamp stamp, byte[] value)
      implements Entry {
    @Override
    public void write(Encoder out) {
      out.putByte((byte) 3).putInt(map).putLong(item).putInt(thread);
      out.putLong(start).putLong(nanos);
      stamp.write(out);
      out.putBytes(value);
    }

    /// The same with more behind the result.
    Done with(byte[] more) {
      byte[] all = Arrays.copyOf(value, value.length + more.length);
      System.arraycopy(more, 0, all, value.length, more.length);
      return new Done(map, item, thread, start, nanos, stamp, all);
    }

    /// The same without the result.
    Done without() {
      return new Done(map, item, thread, start, nanos, stamp, new byte[0]);
    }
  }

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
      implements Entry {
    @Override
    public void write(Encoder out) {
      out.putByte((byte) 4).putInt(map).putLong(item).putInt(thread);
      out.putLong(start).putLong(nanos).putString(input).putInt(attempts);
      out.putString(cause).putString(replay);
    }
  }

  /// What the first so many records behind the header tell of is durable, as are they: it survives
  /// a crash of the machine.
  ///
  /// @param at nanoseconds since the attempt's start
  record Flushed(long records, long at) implements Entry {
    @Override
    public void write(Encoder out) {
      out.putByte((byte) 5).putLong(records).putLong(at);
    }
  }

  /// A file that the run wrote aside is about to get its name.
  ///
  /// @param name in the run's directory
  /// @param part its name until then
  /// @param stamp of the part file
  /// @param id of the file in its file system
  record Committed(String name, String part, Stamp stamp, String id) implements Entry {
    @Override
    public void write(Encoder out) {
      out.putByte((byte) 6).putString(name).putString(part);
      stamp.write(out);
      out.putString(id);
    }
  }

  /// The rank came to its end, or was told to: the items that it had in hand did not kill it.
  ///
  /// @param signal whether a signal ended it
  record Ended(boolean signal, long at) implements Entry {
    @Override
    public void write(Encoder out) {
      out.putByte((byte) 7).putBoolean(signal).putLong(at);
    }
  }

  /// What an item's input is called, as a person would name it.
  record Named(int map, long item, String input) implements Entry {
    @Override
    public void write(Encoder out) {
      out.putByte((byte) 8).putInt(map).putLong(item).putString(input);
    }
  }

  /// Which bytes a file had, without reading them.
  ///
  /// @param size in bytes
  /// @param modified nanoseconds since 1970
  record Stamp(long size, long modified) {
    /// Of no file.
    public static final Stamp NONE = new Stamp(0, 0);

    private void write(Encoder out) {
      out.putLong(size).putLong(modified);
    }
  }

  /// Appends a byte for the kind, then the fields. (Not a switch over the kinds: that takes
  /// milliseconds to link, at each start.)
  void write(Encoder out);

  /// How records become bytes.
  Codec<Entry> CODEC = Codecs.of((out, entry) -> entry.write(out), Entry::read);

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
      case 8 -> new Named(in.getInt(), in.getLong(), in.getString());
      default -> throw new IllegalArgumentException("a record of unknown kind " + kind);
    };
  }

  private static Stamp stamp(Decoder in) {
    return new Stamp(in.getLong(), in.getLong());
  }
}
