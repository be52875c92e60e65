package dev.sheaf.cli;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.VBuffer;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.CRC32;

/// What the ranks of a launcher must have in common: each was started on its own, maybe from
/// another copy of the program or in another directory than was meant.
///
/// @param classPath the jars of the program
/// @param directory the working directory
/// @param words the command line
record Start(String classPath, String directory, String words) {
  private static final String[] WHAT = {"version", "working directory", "command line"};

  private static final String[] CURE = {
    "install the same jar on all hosts",
    "start them in a directory that is there on all hosts",
    "start them with the same words"
  };

  /// The end of a jar lists its entries, with a checksum of each: this much of it is read.
  private static final int TAIL = 1 << 16;

  /// This process's.
  static Start of(String words) {
    return new Start(System.getProperty("java.class.path"), System.getProperty("user.dir"), words);
  }

  /// Whether all ranks have the same; if not, rank 0 tells who differs. Collective, 24 bytes a
  /// rank.
  boolean agreed(Communicator world) {
    long[] mine = {checksum(classPath), directory.hashCode(), words.hashCode()};
    long[] all = new long[mine.length * world.size()];
    world.allgatherv(Buffer.of(mine), VBuffer.even(Buffer.of(all), world.size()));
    for (int i = mine.length; i < all.length; i++) {
      int what = i % mine.length;
      if (all[i] != all[what]) {
        tell(world, what, mine[what], i / mine.length);
        return false;
      }
    }
    return true;
  }

  private void tell(Communicator world, int what, long checksum, int rank) {
    String value =
        switch (what) {
          case 0 -> classPath + " (checksum " + Long.toHexString(checksum) + ")";
          case 1 -> directory;
          default -> "'" + words + "'";
        };
    List<String> each = world.gatherObjects(world.host() + " has " + value, Codecs.STRING, 0);
    if (world.rank() == 0) {
      System.err.printf(
          "sheaf: ranks differ in %s: rank 0 on %s, rank %d on %s; %s%n",
          WHAT[what], each.getFirst(), rank, each.get(rank), CURE[what]);
    }
  }

  /// A checksum of the jars of a class path, by their tables of contents, wherever they lie.
  static long checksum(String classPath) {
    CRC32 checksum = new CRC32();
    byte[] tail = new byte[TAIL];
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      if (new File(entry).isFile()) {
        try (RandomAccessFile jar = new RandomAccessFile(entry, "r")) {
          int read = (int) Math.min(TAIL, jar.length());
          jar.seek(jar.length() - read);
          jar.readFully(tail, 0, read);
          checksum.update(tail, 0, read);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return checksum.getValue();
  }
}
