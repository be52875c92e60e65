package dev.sheaf.doctor;

import java.util.ArrayList;
import java.util.List;

/// The limits of this process (`ulimit`), by `/proc/self/limits`, where they matter to ranks.
final class Limits {
  private static final long UNLIMITED = Long.MAX_VALUE;
  private static final long FILES = 1024;
  private static final long PROCESSES = 1024;
  private static final long STACK = 1 << 20;

  private Limits() {}

  /// @param limits the content of `/proc/self/limits`
  /// @param infiniBand whether messages may go by RDMA, which needs locked memory
  static List<Finding> check(String limits, boolean infiniBand) {
    List<Finding> findings = new ArrayList<>();
    long files = soft(limits, "Max open files");
    if (files >= 0 && files < FILES) {
      findings.add(
          Finding.warning(
              "open files",
              files + ": a rank with many peers or threads runs out of them",
              "ulimit -n 4096 in the shell that starts the ranks, and on each host"));
    }
    long processes = soft(limits, "Max processes");
    if (processes >= 0 && processes < PROCESSES) {
      findings.add(
          Finding.warning(
              "processes",
              processes + ": threads count too, and a rank has twenty or more",
              "ulimit -u 4096, or nproc in /etc/security/limits.conf"));
    }
    long stack = soft(limits, "Max stack size");
    if (stack >= 0 && stack < STACK) {
      findings.add(
          Finding.warning(
              "stack", kibibytes(stack) + ": MPI's own threads need more", "ulimit -s 8192"));
    }
    long locked = soft(limits, "Max locked memory");
    if (locked >= 0 && locked != UNLIMITED && infiniBand) {
      findings.add(
          Finding.warning(
              "locked memory",
              kibibytes(locked) + ": InfiniBand registers messages in locked memory",
              "memlock unlimited in /etc/security/limits.conf; under SLURM, LimitMEMLOCK=infinity"
                  + " for slurmd"));
    }
    long core = soft(limits, "Max core file size");
    findings.add(
        Finding.ok(
            "limits",
            "open files %s, processes %s, stack %s, locked memory %s, core %s"
                .formatted(
                    files == UNLIMITED ? "unlimited" : files,
                    processes == UNLIMITED ? "unlimited" : processes,
                    kibibytes(stack),
                    kibibytes(locked),
                    core == 0 ? "off" : kibibytes(core))));
    return findings;
  }

  /// The soft limit; -1 if the text does not tell.
  static long soft(String limits, String name) {
    for (String line : limits.split("\n", -1)) {
      if (line.startsWith(name + " ")) {
        String value = line.substring(name.length()).strip().split("\\s+", -1)[0];
        return value.equals("unlimited") ? UNLIMITED : Long.parseLong(value);
      }
    }
    return -1;
  }

  private static String kibibytes(long bytes) {
    return bytes == UNLIMITED ? "unlimited" : bytes < 0 ? "unknown" : bytes / 1024 + " KiB";
  }
}
