package dev.sheaf.bench;

import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.journal.Durability;
import dev.sheaf.journal.RunOptions;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.Schedule;
import dev.sheaf.transport.Transports;
import dev.sheaf.workload.Job;
import dev.sheaf.workload.JobOptions;
import dev.sheaf.workload.Kept;
import dev.sheaf.workload.Runner;
import dev.sheaf.workload.Summary;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Many small items by the schedule `dynamic`, on one thread a rank: rank 0 prints the seconds of
/// the map and, by `time`, the microseconds that an item took more than it should on a core, and
/// rank 0's memory in MiB, used at the end and at most.
///
/// Arguments: items; microseconds that each computes; `none`, `batch` or `item`, the durability of
/// the journal, or `off` for no journal; a directory; embedded ranks, 0 under a launcher.
public final class JournalItems implements Workload {
  private final long items;
  private final long nanos;
  private final boolean journal;

  private JournalItems(long items, long nanos, boolean journal) {
    this.items = items;
    this.nanos = nanos;
    this.journal = journal;
  }

  /// Runs it.
  public static void main(String[] args) throws Exception {
    boolean journal = !args[2].equals("off");
    Durability durability =
        journal ? Durability.valueOf(args[2].toUpperCase(java.util.Locale.ROOT)) : Durability.NONE;
    List<String> words = List.of("items");
    JobOptions options =
        new JobOptions(
            "items",
            Schedule.DYNAMIC,
            1,
            1,
            true,
            0,
            Duration.ZERO,
            0,
            Path.of(args[3]),
            null,
            null,
            0,
            false,
            true,
            false,
            new RunOptions(
                words, words, true, RunOptions.Start.RESTART, false, durability, 0, null));
    Workload work =
        new JournalItems(Long.parseLong(args[0]), 1000 * Long.parseLong(args[1]), journal);
    System.exit(
        Transports.find(null, System.getenv())
            .run(Integer.parseInt(args[4]), world -> run(work, options, world)));
  }

  private static int run(Workload work, JobOptions options, Communicator world) throws Exception {
    return Runner.run(work, options, world);
  }

  @Override
  public String name() {
    return "items";
  }

  @Override
  public Summary run(Job job) throws Exception {
    Items all = new Items(items, item -> "item " + item, _ -> "");
    ItemTask<Void> task =
        _ -> {
          long until = System.nanoTime() + nanos;
          while (System.nanoTime() < until) {
            Thread.onSpinWait();
          }
          return null;
        };
    job.comm().barrier();
    long begin = System.nanoTime();
    var map =
        journal
            ? job.map(Kept.VALUES, all, () -> task, Codecs.NOTHING)
            : job.map(all, () -> task, Codecs.NOTHING);
    double seconds = (System.nanoTime() - begin) / 1e9;
    Runtime memory = Runtime.getRuntime();
    int cores = Math.min(job.comm().size(), memory.availableProcessors());
    String line =
        "%.3f %.3f %d"
            .formatted(
                seconds,
                (seconds * cores / items - nanos / 1e9) * 1e6,
                (memory.totalMemory() - memory.freeMemory()) >> 20);
    return Summary.of(List.of(line), Map.of(), map, 0);
  }
}
