package dev.sheaf.doctor;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// `/dev/shm`: MPI's messages within a host go through it, and inputs that ranks of a host share.
final class Memory {
  private static final String SUBJECT = "/dev/shm";

  /// Both MPIs take some 5 MiB a rank when they start, and four ranks should.
  private static final long LEAST = 20L << 20;

  /// Containers get 64 MiB if nothing is said.
  private static final long ENOUGH = 256L << 20;

  private Memory() {}

  /// @param ranks the ranks on this host, which have taken their part; 0 if none have been started
  static Finding shared(Machine machine, int ranks) {
    Optional<Machine.Space> space = machine.space(Path.of(SUBJECT));
    if (space.isEmpty()) {
      return Finding.failure(SUBJECT, "there is none", "mount -t tmpfs tmpfs /dev/shm");
    }
    long free = space.get().free();
    String size = bytes(space.get().total());
    String cure = "remove what was left in it, or enlarge it (docker run --shm-size=2g)";
    String text = "%s, %s free: ".formatted(size, bytes(free));
    if (free < LEAST && ranks == 0) {
      return Finding.failure(SUBJECT, text + "too little for MPI, 5 MiB a rank", cure);
    }
    if (free < ENOUGH) {
      return Finding.warning(
          SUBJECT, text + "many ranks, or an input that ranks share, may not fit", cure);
    }
    return Finding.ok(SUBJECT, size);
  }

  /// With a binary prefix.
  static String bytes(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(
        Locale.ROOT, value < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }
}
