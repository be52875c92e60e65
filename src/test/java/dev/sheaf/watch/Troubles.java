package dev.sheaf.watch;

import dev.sheaf.InputException;
import dev.sheaf.comm.Codecs;
import dev.sheaf.foreign.NativeFunction;
import dev.sheaf.journal.RunOptions;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.map.Schedule;
import dev.sheaf.transport.Transports;
import dev.sheaf.workload.Job;
import dev.sheaf.workload.JobOptions;
import dev.sheaf.workload.Runner;
import dev.sheaf.workload.Summary;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// A workload of two items a rank, in which something goes wrong on one rank, for `WatchTest` and
/// `WatchMpiTest`:
///
/// ```
/// [mpirun -n 3] java -cp ... dev.sheaf.watch.Troubles TROUBLE RANK STALL [--stall-abort] [--ranks N]
/// ```
///
/// STALL is in seconds. On the transport that the variable `TEST_TRANSPORT` names, or that of the
/// launcher. Prints a line `trouble` when it begins.
public final class Troubles implements Workload {
  /// What goes wrong.
  enum Trouble {
    /// An endless loop in an item.
    LOOP,
    /// An item waits for input that never comes.
    SLEEP,
    /// The process is stopped in an item.
    STOP,
    /// As before, and the others must ask that rank for their items.
    STOP_DYNAMIC,
    /// Outside of any item.
    OUTSIDE,
    /// None: all ranks meet again and again, until something happens to one.
    MEET,
    /// The rank returns while others wait for it.
    LEAVE,
    /// The process is stopped when the others have nothing more to do, as it tells the result.
    STOP_AT_END,
    /// No memory is left in an item.
    MEMORY,
    /// An item never returns from calling itself.
    STACK,
    /// A class is missing in an item.
    CLASS,
    /// An item ends the JVM.
    EXIT,
    /// An item is killed.
    KILL;
  }

  private final Trouble trouble;
  private final int rank;

  Troubles(Trouble trouble, int rank) {
    this.trouble = trouble;
    this.rank = rank;
  }

  /// Runs as one rank.
  public static void main(String[] args) {
    Troubles troubles = new Troubles(Trouble.valueOf(args[0]), Integer.parseInt(args[1]));
    List<String> words = List.of(args);
    JobOptions options = troubles.options(Long.parseLong(args[2]), words.contains("--stall-abort"));
    int ranks = words.contains("--ranks") ? Integer.parseInt(words.getLast()) : 0;
    try {
      System.exit(
          Transports.find(System.getenv("TEST_TRANSPORT"), System.getenv())
              .run(ranks, world -> Runner.run(troubles, options, world)));
    } catch (InputException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  JobOptions options(long stall, boolean stallAbort) {
    Schedule schedule = trouble == Trouble.STOP_DYNAMIC ? Schedule.DYNAMIC : Schedule.BLOCK;
    return new JobOptions(
        "troubles",
        schedule,
        1,
        1,
        true,
        0,
        Duration.ZERO,
        0,
        Path.of("."),
        null,
        null,
        stall,
        stallAbort,
        true,
        false,
        RunOptions.defaults("test"));
  }

  @Override
  public String name() {
    return "troubles";
  }

  @Override
  public boolean writes() {
    return false;
  }

  @Override
  public Summary run(Job job) throws Exception {
    boolean troubled = job.comm().rank() == rank;
    if (troubled && trouble == Trouble.LEAVE) {
      return Summary.of(List.of(), Map.of(), 0);
    }
    if (troubled && trouble == Trouble.OUTSIDE) {
      Thread.sleep(Long.MAX_VALUE);
    }
    for (long n = 0; trouble == Trouble.MEET; n++) {
      job.comm().barrier();
      if (n % 50 == 0) {
        System.out.println("trouble");
      }
      Thread.sleep(20);
    }
    boolean dynamic = trouble == Trouble.STOP_DYNAMIC; // enough for all, and time to ask for one
    Items items =
        new Items((dynamic ? 100L : 2) * job.comm().size(), item -> "input-" + item, _ -> "replay");
    MapResult<Long> map =
        job.map(
            items,
            () ->
                item -> {
                  if (troubled && trouble != Trouble.STOP_AT_END) {
                    happen();
                  } else if (dynamic) {
                    Thread.sleep(20);
                  }
                  return item;
                },
            Codecs.LONG);
    List<String> lines = troubled && trouble == Trouble.STOP_AT_END ? new Lines() : List.of();
    return Summary.of(lines, Map.of(), map, 0);
  }

  private void happen() throws Exception {
    System.out.println("trouble");
    switch (trouble) {
      case LOOP -> {
        while (true) {
          Thread.onSpinWait();
        }
      }
      case SLEEP -> Thread.sleep(Long.MAX_VALUE);
      case STOP, STOP_DYNAMIC -> signal(19);
      case MEMORY -> {
        Object[] chain = {};
        while (true) {
          chain = new Object[] {chain, new long[1 << 20]};
        }
      }
      case STACK -> forever();
      case CLASS -> throw new NoClassDefFoundError("org/example/Gone");
      case EXIT -> System.exit(0);
      case KILL -> signal(9);
      case OUTSIDE, MEET, LEAVE, STOP_AT_END -> throw new AssertionError(trouble);
    }
  }

  /// Whoever prints them is stopped.
  private static final class Lines extends AbstractList<String> {
    @Override
    public String get(int index) {
      throw signal(19);
    }

    @Override
    public int size() {
      return 1;
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static void forever() {
    forever();
  }

  /// Sends this process a signal, by Linux's number, that it does not survive. Not by a process of
  /// its own, which a busy machine may start late.
  private static Error signal(int number) {
    NativeFunction.ofC("kill").call(ProcessHandle.current().pid(), number);
    while (true) {
      LockSupport.park();
    }
  }
}
