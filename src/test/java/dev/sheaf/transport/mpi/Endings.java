package dev.sheaf.transport.mpi;

import dev.sheaf.InputException;
import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.SharedMemory;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapOptions;
import dev.sheaf.map.OrderedMap;
import dev.sheaf.map.Schedule;
import dev.sheaf.report.Phases;
import dev.sheaf.transport.Transports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Ranks that end in the ways that the first argument names: rank 1 does, the others wait for it.
/// On the transport that the variable `TEST_TRANSPORT` names, or that of the launcher.
public final class Endings {
  private Endings() {}

  /// Runs as one rank.
  public static void main(String[] args) {
    try {
      String transport = System.getenv("TEST_TRANSPORT");
      System.exit(Transports.find(transport, System.getenv()).run(0, world -> run(world, args)));
    } catch (InputException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  private static int run(Communicator world, String[] args) throws Exception {
    System.out.println("pid " + world.rank() + " " + ProcessHandle.current().pid());
    world.barrier();
    if (args[0].equals("status")) {
      return world.rank();
    }
    if (args[0].equals("progress")) {
      progress(world, Path.of(args[1]));
      return 0;
    }
    if (args[0].equals("resource")) {
      try (Communicator part = world.split(0, 0);
          Counter counter = part.counter();
          SharedMemory memory = part.sharedMemory(100)) {
        if (world.rank() == 1) {
          counter.getAndAdd(memory.segment().byteSize());
          throw new IllegalStateException("boom");
        }
        world.barrier();
      }
    }
    if (args[0].equals("item")) {
      exitInItem(world);
    }
    if (world.rank() != 1) {
      world.barrier();
      return 0;
    }
    switch (args[0]) {
      case "exception" -> throw new IllegalStateException("boom");
      case "input" -> throw new InputException("x.txt: empty; give another");
      case "thread" -> {
        Thread thread =
            new Thread(() -> {
              throw new IllegalStateException("boom");
            });
        thread.start();
        thread.join();
        world.barrier();
        world.barrier();
      }
      case "exit" -> System.exit(0);
      case "abort" -> throw world.abort("enough", 5);
      case "truncation" -> {
        world.send(Buffer.of(1L, 2L), 1, 0);
        world.recv(Buffer.of(1L), 1, 0);
      }
      case "wait" -> Thread.sleep(Long.MAX_VALUE);
      default -> throw new IllegalArgumentException(args[0]);
    }
    return 0;
  }

  private static void exitInItem(Communicator world) throws Exception {
    ItemTask<Void> task =
        item -> {
          if (world.rank() == 1) {
            System.exit(0);
          }
          return null;
        };
    OrderedMap.map(
        world,
        new Items(9, i -> "item " + i, i -> ""),
        new MapOptions(Schedule.CYCLIC, 1, 2, true, 0, Duration.ZERO),
        () -> task,
        Codecs.NOTHING,
        new Phases());
  }

  /// Rank 0 calls nothing until the last rank has its numbers, which it tells by a file.
  private static void progress(Communicator world, Path finished) throws Exception {
    try (Counter counter = world.counter()) {
      if (world.rank() == 0) {
        while (!Files.exists(finished)) {
          Thread.onSpinWait();
        }
      } else if (world.rank() == world.size() - 1) {
        for (int i = 0; i < 100; i++) {
          counter.getAndAdd(1);
        }
        Files.createFile(finished);
      }
      world.barrier();
      System.out.println("sum " + counter.getAndAdd(0));
      world.barrier();
    }
  }
}
