package dev.sheaf.workload;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The jobs of a run as they lie in memory that all ranks of a node share: their number, for each
/// its id and the end of its command, and the commands.
///
/// @param memory as [#write] has filled it
record JobList(MemorySegment memory) {
  private static final int HEAD = Long.BYTES;
  private static final int ENTRY = 2 * Long.BYTES;

  /// A job.
  ///
  /// @param id the number of its line in the job file, from 0
  /// @param command a shell command, the bytes of the file
  record Entry(long id, byte[] command) {}

  /// How many bytes the jobs take.
  static long bytes(List<Entry> jobs) {
    return HEAD
        + (long) ENTRY * jobs.size()
        + jobs.stream().mapToLong(job -> job.command.length).sum();
  }

  /// Fills memory of [#bytes].
  static void write(List<Entry> jobs, MemorySegment memory) {
    memory.set(JAVA_LONG_UNALIGNED, 0, jobs.size());
    long entry = HEAD;
    long end = HEAD + (long) ENTRY * jobs.size();
    for (Entry job : jobs) {
      MemorySegment.copy(job.command, 0, memory, JAVA_BYTE, end, job.command.length);
      end += job.command.length;
      memory.set(JAVA_LONG_UNALIGNED, entry, job.id);
      memory.set(JAVA_LONG_UNALIGNED, entry + Long.BYTES, end);
      entry += ENTRY;
    }
  }

  /// How many there are.
  long count() {
    return memory.get(JAVA_LONG_UNALIGNED, 0);
  }

  /// The id of a job.
  long id(long index) {
    return memory.get(JAVA_LONG_UNALIGNED, HEAD + ENTRY * index);
  }

  /// The command of a job.
  byte[] command(long index) {
    long begin = index == 0 ? HEAD + ENTRY * count() : end(index - 1);
    return memory.asSlice(begin, end(index) - begin).toArray(JAVA_BYTE);
  }

  /// The command of a job for a person to read.
  String text(long index) {
    return new String(command(index), StandardCharsets.UTF_8);
  }

  private long end(long index) {
    return memory.get(JAVA_LONG_UNALIGNED, HEAD + ENTRY * index + Long.BYTES);
  }
}
