package dev.sheaf.cli;

import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.ContractMain;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.SharedMemory;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapOptions;
import dev.sheaf.map.MapResult;
import dev.sheaf.map.OrderedMap;
import dev.sheaf.map.Schedule;
import dev.sheaf.report.Phases;
import dev.sheaf.testing.GivenTransport;
import dev.sheaf.transport.Transports;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;

/// What several hosts must show, in one start of their ranks: what the ranks share, `hello`, and if
/// a turn is given the contract suite, without the checks whose names have TEXT in them, and
/// [SameBytesMain#once]:
///
/// ```
/// HostsMain [--without TEXT] [--turn N] [--transport NAME]
/// ```
public final class HostsMain {
  private HostsMain() {}

  /// Runs as one rank.
  public static void main(String[] args) {
    String transport = null;
    String without = null;
    int turn = -1;
    for (int i = 0; i < args.length; i += 2) {
      switch (args[i]) {
        case "--without" -> without = args[i + 1];
        case "--turn" -> turn = Integer.parseInt(args[i + 1]);
        case "--transport" -> transport = args[i + 1];
        default -> throw new IllegalArgumentException(args[i]);
      }
    }
    String unwanted = without;
    int first = turn;
    System.exit(
        Transports.find(transport, System.getenv()).run(0, world -> run(world, unwanted, first)));
  }

  private static int run(Communicator world, String without, int turn) throws Exception {
    shared(world);
    GivenTransport.give(world);
    int status = Main.run("hello", "--transport", "given");
    if (turn >= 0) {
      status = Math.max(status, ContractMain.run(world, "", without));
      status = Math.max(status, SameBytesMain.once(world, turn));
    }
    return status;
  }

  /// Rank 0 prints a line for each rank, then one for each self-scheduled map.
  private static void shared(Communicator world) throws Exception {
    List<String> lines =
        world.gatherObjects(
            "rank %d: %d of %d on %s, memory of rank %d"
                .formatted(
                    world.rank(),
                    world.nodeRank(),
                    world.nodeSize(),
                    world.host(),
                    writerOfNodeMemory(world)),
            Codecs.STRING,
            0);
    lines.forEach(System.out::println);
    selfScheduled(world, Schedule.DYNAMIC);
    selfScheduled(world, Schedule.GUIDED);
  }

  /// The first rank of each node writes its number to the node's memory.
  ///
  /// @return what this rank reads there
  private static long writerOfNodeMemory(Communicator world) {
    try (SharedMemory memory = world.sharedMemory(8)) {
      if (world.nodeRank() == 0) {
        memory.segment().set(ValueLayout.JAVA_LONG, 0, world.rank());
      }
      memory.sync();
      long read = memory.segment().get(ValueLayout.JAVA_LONG, 0);
      memory.sync();
      return read;
    }
  }

  /// Every rank stays in its first item until all have one, so that none can do them all.
  private static void selfScheduled(Communicator world, Schedule schedule) throws Exception {
    try (Counter busy = world.counter()) {
      ItemTask<String> task =
          new ItemTask<>() {
            private boolean waited;

            @Override
            public String apply(long item) {
              if (!waited) {
                waited = true;
                busy.getAndAdd(1);
                while (busy.getAndAdd(0) < world.size()) {
                  Thread.onSpinWait();
                }
              }
              return item + "@" + world.rank();
            }
          };
      MapResult<String> result =
          OrderedMap.map(
              world,
              new Items(100, i -> "item " + i, i -> ""),
              new MapOptions(schedule, 1, 1, true, 0, Duration.ZERO),
              () -> task,
              Codecs.STRING,
              new Phases());
      if (world.rank() == 0) {
        TreeSet<String> ranks = new TreeSet<>();
        int inOrder = 0;
        for (String value : result.values()) {
          if (value.startsWith(inOrder + "@")) {
            inOrder++;
          }
          ranks.add(value.substring(value.indexOf('@') + 1));
        }
        System.out.printf("%s: %d items by ranks %s%n", schedule.label(), inOrder, ranks);
      }
    }
  }
}
