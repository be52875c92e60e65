package dev.sheaf.workload;

import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.SharedMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;

/// The cores of a rank: of those that it may run on, its share with the other ranks of its node.
/// Ranks that may run on all cores share them alike; a rank that its launcher has bound to cores of
/// its own (SLURM's task binding, `mpirun --map-by slot:PE=4`) has them all.
final class CoreShare {
  private static final Path STATUS = Path.of("/proc/self/status");

  private static final String ALLOWED = "Cpus_allowed_list:";

  /// CPUs of a node that are told apart.
  private static final int CPUS = 8192;

  private static final int BYTES = CPUS / Byte.SIZE;

  private CoreShare() {}

  /// This rank's share, at least 1. Collective.
  static int of(Communicator comm) {
    int available = Runtime.getRuntime().availableProcessors();
    if (comm.size() == 1) {
      return available;
    }
    BitSet[] allowed = new BitSet[comm.nodeSize()];
    try (SharedMemory memory = comm.sharedMemory((long) BYTES * comm.nodeSize())) {
      byte[] mine = allowed().toByteArray();
      MemorySegment.copy(
          mine,
          0,
          memory.segment(),
          ValueLayout.JAVA_BYTE,
          (long) BYTES * comm.nodeRank(),
          Math.min(mine.length, BYTES));
      memory.sync();
      for (int rank = 0; rank < allowed.length; rank++) {
        allowed[rank] =
            BitSet.valueOf(memory.segment().asSlice((long) BYTES * rank, BYTES).asByteBuffer());
      }
      memory.sync();
    }
    return share(available, allowed, comm.nodeRank());
  }

  /// @param available cores by the JVM's count: fewer than allowed where a control group has a
  ///   quota
  /// @param allowed the CPUs of each rank of the node; empty if not known
  static int share(int available, BitSet[] allowed, int rank) {
    int alike = Math.max(1, available / allowed.length);
    if (allowed[rank].cardinality() != available) {
      return alike;
    }
    double share =
        allowed[rank].stream()
            .mapToDouble(cpu -> 1.0 / Arrays.stream(allowed).filter(set -> set.get(cpu)).count())
            .sum();
    return Math.max(1, (int) (share + 1e-6));
  }

  private static BitSet allowed() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(ALLOWED))
          .map(line -> cpus(line.substring(ALLOWED.length()).strip()))
          .findFirst()
          .orElseGet(BitSet::new);
    } catch (IOException e) {
      return new BitSet();
    }
  }

  /// The CPUs in a list such as `0-3,8`.
  static BitSet cpus(String list) {
    BitSet cpus = new BitSet();
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", -1);
      cpus.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
    }
    return cpus;
  }
}
