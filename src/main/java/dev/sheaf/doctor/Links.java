package dev.sheaf.doctor;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The links between the hosts of a job: latency and bandwidth of pairs of hosts, one pair at a
/// time, and how far the hosts' clocks differ. On one host: those between two of its ranks.
///
/// Up to 16 hosts every pair is measured; beyond, each host with the next one and with the first. A
/// pair takes a quarter of a second, all together at most a minute, and in any case a few messages
/// of 4 MiB a pair.
final class Links {
  private static final int ALL_PAIRS = 16;
  private static final int TAG = 1;
  private static final long BANDWIDTH_BYTES = 4 << 20;
  private static final double LATENCY_SECONDS = 0.05;
  private static final double BANDWIDTH_SECONDS = 0.2;
  private static final double ALL_SECONDS = 60;
  private static final int TRIPS = 1000;

  /// How many times slower than the median a link is that is told.
  private static final int SLOWER = 3;

  /// But not for a latency below this, which a busy host alone may give.
  private static final double SLOW_SECONDS = 0.001;

  private static final int CLOCK_TRIPS = 20;
  private static final long SKEW_MICROS = 500_000;

  /// Lines of the table; of more pairs, the slowest.
  private static final int LINES = ALL_PAIRS * (ALL_PAIRS - 1) / 2;

  private Links() {}

  /// Two ends, by their numbers.
  record Pair(int from, int to) {}

  /// What was measured of a pair.
  ///
  /// @param latency half of the round trip of 8 bytes, in seconds
  /// @param bandwidth bytes a second of messages of 4 MiB
  record Link(String from, String to, double latency, double bandwidth) {
    String line() {
      return String.format(
          Locale.ROOT, "%-20s %-20s %12.2f %15.0f", from, to, latency * 1e6, bandwidth / 1e6);
    }
  }

  /// What rank 0 learns.
  record Result(List<Finding> findings, List<String> table) {}

  /// The pairs that are measured of so many hosts.
  static List<Pair> pairs(int hosts) {
    List<Pair> pairs = new ArrayList<>();
    for (int from = 0; from < hosts; from++) {
      for (int to = from + 1; to < hosts; to++) {
        if (hosts <= ALL_PAIRS || from == 0 || to == from + 1) {
          pairs.add(new Pair(from, to));
        }
      }
    }
    return pairs;
  }

  /// Collective.
  ///
  /// @return at rank 0 what was found; an empty result on the others
  static Result measure(Communicator world) {
    boolean leads = world.nodeRank() == 0;
    int hosts = (int) world.allreduce(leads ? 1L : 0, Op.SUM);
    boolean end = leads || (hosts == 1 && world.nodeRank() == 1);
    try (Communicator ends = world.split(end ? 0 : Communicator.UNDEFINED, 0)) {
      Result result = ends == null ? new Result(List.of(), List.of()) : measureEnds(ends, hosts);
      world.barrier();
      return result;
    }
  }

  private static Result measureEnds(Communicator ends, int hosts) {
    List<String> names = ends.gatherObjects(ends.host(), Codecs.STRING, 0);
    long[] skews = hosts > 1 ? skews(ends) : new long[0];
    List<Pair> pairs = pairs(ends.size());
    double share =
        Math.min(1, ALL_SECONDS / (pairs.size() * (LATENCY_SECONDS + BANDWIDTH_SECONDS)));
    double[] measured = new double[2 * pairs.size()];
    for (int i = 0; i < pairs.size(); i++) {
      ends.barrier();
      Pair pair = pairs.get(i);
      if (pair.from == ends.rank() || pair.to == ends.rank()) {
        measured[2 * i] = halfTrip(ends, pair, Long.BYTES, share * LATENCY_SECONDS);
        measured[2 * i + 1] = halfTrip(ends, pair, BANDWIDTH_BYTES, share * BANDWIDTH_SECONDS);
      }
    }
    Buffer buffer = Buffer.of(measured);
    ends.reduce(buffer, buffer, Op.MAX, 0);
    if (ends.rank() != 0) {
      return new Result(List.of(), List.of());
    }
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      links.add(
          new Link(
              names.get(pairs.get(i).from),
              names.get(pairs.get(i).to),
              measured[2 * i],
              BANDWIDTH_BYTES / measured[2 * i + 1]));
    }
    List<Finding> findings = new ArrayList<>();
    if (hosts > 1) {
      findings.add(judgeClocks(names, skews));
    }
    if (links.isEmpty()) {
      return new Result(findings, List.of());
    }
    findings.add(judge(links));
    return new Result(findings, table(links));
  }

  /// Half of the median round trip, in seconds; 0 at the end that answers. Of the trips the first
  /// half opens connections and warms up, and is not counted.
  private static double halfTrip(Communicator ends, Pair pair, long bytes, double seconds) {
    boolean asks = pair.from == ends.rank();
    int peer = asks ? pair.to : pair.from;
    long end = System.nanoTime() + (long) (seconds * 1e9);
    double[] trips = new double[TRIPS];
    int done = 0;
    try (Arena arena = Arena.ofConfined()) {
      Buffer message = Buffer.allocate(arena, ElementType.INT64, bytes / Long.BYTES);
      boolean last = false;
      while (!last) {
        if (asks) {
          long start = System.nanoTime();
          last = done == TRIPS - 1 || start > end;
          message.segment().set(ValueLayout.JAVA_LONG, 0, last ? 1 : 0);
          ends.send(message, peer, TAG);
          ends.recv(message, peer, TAG);
          trips[done++] = System.nanoTime() - start;
        } else {
          ends.recv(message, peer, TAG);
          last = message.segment().get(ValueLayout.JAVA_LONG, 0) == 1;
          ends.send(message, peer, TAG);
        }
      }
    }
    return asks ? median(Arrays.copyOfRange(trips, done / 2, done)) / 2e9 : 0;
  }

  /// How much later each end's clock is than the first's, in microseconds, by the fastest of some
  /// round trips (Cristian 1989): good to half of that trip.
  private static long[] skews(Communicator ends) {
    long[] skews = new long[ends.size()];
    long[] box = new long[1];
    for (int peer = 1; peer < ends.size(); peer++) {
      long fastest = Long.MAX_VALUE;
      for (int trip = 0; trip < CLOCK_TRIPS; trip++) {
        if (ends.rank() == 0) {
          long before = micros();
          ends.send(Buffer.of(box), peer, TAG);
          ends.recv(Buffer.of(box), peer, TAG);
          long after = micros();
          if (after - before < fastest) {
            fastest = after - before;
            skews[peer] = box[0] - (before + after) / 2;
          }
        } else if (ends.rank() == peer) {
          ends.recv(Buffer.of(box), 0, TAG);
          box[0] = micros();
          ends.send(Buffer.of(box), 0, TAG);
        }
      }
    }
    return skews;
  }

  private static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  static Finding judgeClocks(List<String> hosts, long[] skews) {
    List<String> wrong = new ArrayList<>();
    long largest = 0;
    for (int i = 0; i < skews.length; i++) {
      largest = Math.max(largest, Math.abs(skews[i]));
      if (Math.abs(skews[i]) > SKEW_MICROS) {
        wrong.add(String.format(Locale.ROOT, "%s by %+.1f s", hosts.get(i), skews[i] / 1e6));
      }
    }
    String first = hosts.getFirst();
    return wrong.isEmpty()
        ? Finding.ok(
            "clocks",
            String.format(Locale.ROOT, "within %.1f ms of that of %s", largest / 1e3, first))
        : Finding.warning(
            "clocks",
            "differ from that of " + first + ": " + Hosts.some(wrong),
            "run an NTP client (chrony) on all hosts: times in logs mislead, and make goes wrong");
  }

  static Finding judge(List<Link> links) {
    double[] latencies = links.stream().mapToDouble(Link::latency).toArray();
    double[] bandwidths = links.stream().mapToDouble(Link::bandwidth).toArray();
    double latency = median(latencies);
    double bandwidth = median(bandwidths);
    List<String> slow =
        links.stream()
            .filter(link ->
                link.bandwidth < bandwidth / SLOWER
                    || link.latency > Math.max(SLOWER * latency, SLOW_SECONDS))
            .map(link -> link.from + " to " + link.to)
            .toList();
    String text =
        String.format(
            Locale.ROOT,
            "%d measured, median of 8 B %.2f us, of 4 MiB %.0f MB/s",
            links.size(),
            latency * 1e6,
            bandwidth / 1e6);
    return slow.isEmpty()
        ? Finding.ok("links", text)
        : Finding.warning(
            "links",
            text + "; far slower: " + Hosts.some(slow),
            "look at the cable, the switch and the interface that MPI takes there"
                + " (OMPI_MCA_btl_tcp_if_include, UCX_NET_DEVICES)");
  }

  static List<String> table(List<Link> links) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT, "%-20s %-20s %12s %15s", "from", "to", "8 B [us]", "4 MiB [MB/s]"));
    List<Link> shown = links;
    if (links.size() > LINES) {
      shown = new ArrayList<>(links);
      shown.sort(Comparator.comparingDouble(Link::bandwidth));
      shown = shown.subList(0, LINES);
    }
    shown.forEach(link -> lines.add(link.line()));
    if (links.size() > LINES) {
      lines.add("(the slowest " + LINES + " of " + links.size() + ")");
    }
    return lines;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
