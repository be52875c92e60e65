package dev.sheaf.doctor;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/// The cores that this process may use, by its affinity (cpuset, binding) and the CPU quota of its
/// control groups (versions 1 and 2), against the ranks on this host.
final class Cores {
  private static final String SUBJECT = "cores";

  private Cores() {}

  /// @param ranks the ranks on this host; 0 if none have been started
  static Finding check(Machine machine, int ranks) {
    int all = count(machine.text("/sys/devices/system/cpu/online").orElse("").strip());
    int allowed = count(field(machine.text("/proc/self/status").orElse(""), "Cpus_allowed_list"));
    if (allowed == 0) {
      return Finding.warning(
          SUBJECT, "unknown: /proc/self/status tells none", "Sheaf is made for Linux");
    }
    OptionalDouble quota = quota(machine);
    int cores = (int) Math.min(allowed, Math.ceil(quota.orElse(allowed)));
    String text =
        "%d of %d%s%s%s"
            .formatted(
                cores,
                Math.max(all, allowed),
                allowed < all ? ", affinity to " + allowed : "",
                quota.isEmpty()
                    ? ""
                    : String.format(Locale.ROOT, ", cgroup quota of %.2f", quota.getAsDouble()),
                ranks == 0 ? "" : ", for " + ranks + (ranks == 1 ? " rank" : " ranks"));
    if (allowed == 1 && all > 1 && boundByOpenMpi(machine.environment(), ranks)) {
      return Finding.warning(
          SUBJECT,
          text + ": Open MPI binds each rank to one core, which its threads share",
          "mpirun --bind-to none, or --map-by slot:PE=n");
    }
    if (ranks > cores) {
      return Finding.warning(
          SUBJECT,
          text + ": waiting ranks take the cores of working ones",
          "start fewer ranks, or with Open MPI let them yield: --oversubscribe");
    }
    return Finding.ok(SUBJECT, text);
  }

  private static boolean boundByOpenMpi(Map<String, String> environment, int ranks) {
    return ranks > 0 && environment.containsKey("OMPI_COMM_WORLD_RANK");
  }

  /// The number of CPUs in a list such as `0-3,8`.
  static int count(String list) {
    int count = 0;
    for (String range : list.split(",", -1)) {
      String[] ends = range.strip().split("-", -1);
      if (!ends[0].isEmpty()) {
        count += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
      }
    }
    return count;
  }

  /// A field of `/proc/self/status`; empty if it has none of that name.
  static String field(String status, String name) {
    for (String line : status.split("\n", -1)) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1).strip();
      }
    }
    return "";
  }

  /// The least quota of the control groups that this process is in, in cores.
  private static OptionalDouble quota(Machine machine) {
    double least = Double.POSITIVE_INFINITY;
    for (String line : machine.text("/proc/self/cgroup").orElse("").split("\n", -1)) {
      String[] parts = line.split(":", 3); // hierarchy, controllers, path
      if (parts.length < 3) {
        continue;
      }
      boolean cpu = ("," + parts[1] + ",").contains(",cpu,");
      if (!cpu && !parts[1].isEmpty()) {
        continue;
      }
      // A container sees its own group at the root, whatever the path says.
      for (String group = parts[2]; ; group = group.substring(0, group.lastIndexOf('/'))) {
        if (group.equals("/")) {
          group = "";
        }
        least =
            Math.min(
                least,
                cpu
                    ? Math.min(
                        version1(machine, "/sys/fs/cgroup/cpu" + group),
                        version1(machine, "/sys/fs/cgroup/" + parts[1] + group))
                    : version2(machine.text("/sys/fs/cgroup" + group + "/cpu.max").orElse("")));
        if (group.isEmpty()) {
          break;
        }
      }
    }
    return Double.isInfinite(least) ? OptionalDouble.empty() : OptionalDouble.of(least);
  }

  private static double version1(Machine machine, String directory) {
    long quota = number(machine.text(directory + "/cpu.cfs_quota_us").orElse(""));
    long period = number(machine.text(directory + "/cpu.cfs_period_us").orElse(""));
    return quota > 0 && period > 0 ? (double) quota / period : Double.POSITIVE_INFINITY;
  }

  /// `cpu.max`: the quota, or `max`, and the period.
  private static double version2(String max) {
    String[] words = max.strip().split(" ", -1);
    long quota = number(words[0]);
    long period = words.length < 2 ? 0 : number(words[1]);
    return quota > 0 && period > 0 ? (double) quota / period : Double.POSITIVE_INFINITY;
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      return -1; // `max`, or no such file
    }
  }
}
