package dev.sheaf.workload;

import dev.sheaf.comm.Codecs;
import dev.sheaf.journal.RunOptions;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.map.Schedule;
import dev.sheaf.transport.Transports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A workload that would take days, for [EarlyEndTest]:
///
/// ```
/// [mpirun -n 3] java -cp ... dev.sheaf.workload.EarlyEnd SCHEDULE [SECONDS]
/// ```
///
/// With a time limit, if one is given. Each rank prints a line with its process in its first item.
final class EarlyEnd implements Workload {
  private static final long ITEMS = 10_000_000;

  private EarlyEnd() {}

  /// Runs as one rank, or as two embedded ones.
  public static void main(String[] args) {
    JobOptions options =
        new JobOptions(
            "early",
            Schedule.valueOf(args[0]),
            1,
            1,
            true,
            0,
            Duration.ZERO,
            0,
            Path.of("."),
            null,
            Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 0),
            JobOptions.STALL,
            false,
            true,
            false,
            RunOptions.defaults("test"));
    var transport = Transports.find(null, System.getenv());
    int ranks = transport.name().equals(Transports.LOCAL) ? 2 : 0;
    System.exit(transport.run(ranks, world -> Runner.run(new EarlyEnd(), options, world)));
  }

  @Override
  public String name() {
    return "early";
  }

  @Override
  public boolean writes() {
    return false;
  }

  @Override
  public Summary run(Job job) throws Exception {
    boolean[] told = new boolean[1];
    MapResult<Void> map =
        job.map(
            new Items(ITEMS, item -> "item " + item, _ -> "replay"),
            () ->
                _ -> {
                  if (!told[0]) {
                    told[0] = true;
                    System.out.println("process " + ProcessHandle.current().pid());
                  }
                  Thread.sleep(50);
                  return null;
                },
            Codecs.NOTHING);
    return Summary.of(List.of(), Map.of(), map, 0);
  }
}
