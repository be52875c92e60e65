package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.CRC32;

/// Whether all hosts have the same files under the same names, where each rank reads for itself.
final class SameFiles {
  /// Files that are looked at; of more, some from everywhere. Other disks differ in most.
  private static final int MOST = 32;

  /// Bytes at the beginning and at the end of a file that are compared.
  private static final int ENDS = 4096;

  private static final Codec<long[]> LONGS = Codecs.of(Encoder::putLongs, Decoder::getLongs);

  private SameFiles() {}

  /// Compares the files of each node with those of rank 0, by size and ends. Collective; with
  /// several nodes, one rank of each opens 32 files at most.
  ///
  /// @param files the same on all ranks; `null` where there is none
  /// @throws AgreedInputException on every rank, if a node has others, or lacks one
  static void check(Job job, long count, LongFunction<Path> files) throws Exception {
    Communicator comm = job.comm();
    int some = (int) Math.min(count, MOST);
    List<Path> looked =
        LongStream.range(0, some)
            .mapToObj(i -> files.apply((long) ((double) i * count / some)))
            .filter(Objects::nonNull)
            .toList();
    if (comm.nodeSize() == comm.size() || looked.isEmpty()) {
      return;
    }
    long[] first = job.onRoot(() -> prints(looked), LONGS);
    job.onAll(() -> comm.rank() > 0 && comm.nodeRank() == 0 ? compare(looked, first) : null);
  }

  /// Compares some files, as above.
  static void check(Job job, List<Path> files) throws Exception {
    check(job, files.size(), i -> files.get((int) i));
  }

  private static Void compare(List<Path> files, long[] first) {
    long[] here = prints(files);
    IntStream.range(0, here.length)
        .filter(i -> first[i] != 0 && here[i] != first[i])
        .findFirst()
        .ifPresent(i -> {
          throw new InputException(
              "%s: %s; give files in a directory that all hosts share"
                  .formatted(
                      files.get(i),
                      here[i] == 0 ? "can't be read here" : "not the file that rank 0 has"));
        });
    return null;
  }

  private static long[] prints(List<Path> files) {
    return files.stream().mapToLong(SameFiles::print).toArray();
  }

  /// Opened, as the attributes alone may be old ones on NFS.
  ///
  /// @return 0 if it can't be read
  private static long print(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      CRC32 ends = new CRC32();
      for (long at : new long[] {0, Math.max(0, size - ENDS)}) {
        ByteBuffer bytes = ByteBuffer.allocate(ENDS);
        channel.read(bytes, at);
        ends.update(bytes.flip());
      }
      return (size + 1) * 0x9E3779B97F4A7C15L ^ ends.getValue();
    } catch (IOException _) {
      return 0;
    }
  }
}
