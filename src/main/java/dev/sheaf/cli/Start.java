package dev.sheaf.cli;

import dev.sheaf.comm.Bound;
import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.VBuffer;
import dev.sheaf.journal.Program;
import java.util.List;

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

  /// This process's.
  static Start of(String words) {
    return new Start(System.getProperty("java.class.path"), System.getProperty("user.dir"), words);
  }

  /// Whether all ranks have the same; if not, rank 0 tells who differs. Collective, 24 bytes a
  /// rank.
  boolean agreed(Communicator world) {
    long[] mine = {Program.checksum(classPath), directory.hashCode(), words.hashCode()};
    long[] all = new long[mine.length * world.size()];
    try (Bound _ = Bound.on(world)) {
      world.allgatherv(Buffer.of(mine), VBuffer.even(Buffer.of(all), world.size()));
    }
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
}
