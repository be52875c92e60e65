package dev.sheaf.bench;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import dev.sheaf.transport.Transports;
import java.lang.foreign.Arena;
import java.util.Arrays;

/// Times messages and collectives between two ranks:
///
/// ```
/// [mpirun -n 2] java -cp target/sheaf.jar src/bench/java/dev/sheaf/bench/PingPong.java [TRANSPORT]
/// ```
///
/// For each size, 21 batches after some to warm up, a barrier before each. Rank 0 prints `LIBRARY
/// OPERATION BYTES MEDIAN BEST P90`, in microseconds an operation; a ping-pong counts as two.
public final class PingPong {
  private static final int BATCHES = 21;

  /// Batches before: of short messages as many as the compiler needs, or as there is time for.
  private static final int WARM_UPS = 4;

  private static final int SHORT_WARM_UPS = 500;
  private static final long WARM_UP_NANOS = 2_000_000_000;

  private PingPong() {}

  /// Runs the benchmark.
  public static void main(String[] args) {
    String transport = args.length == 0 ? null : args[0];
    boolean embedded = "local".equals(transport) || (transport == null && !launched());
    int ranks = embedded ? 2 : 0;
    System.exit(Transports.find(transport, System.getenv()).run(ranks, PingPong::run));
  }

  private static boolean launched() {
    return !Transports.find(null, System.getenv()).name().equals(Transports.LOCAL);
  }

  private static int run(Communicator world) {
    for (int bytes : new int[] {8, 64 << 10, 1 << 20, 16 << 20}) {
      time(world, "pingpong", bytes, 2, PingPong::pingPong);
    }
    for (int bytes : new int[] {8, 1 << 20}) {
      time(world, "bcast", bytes, 1, (comm, send, recv, i) -> comm.bcast(send, i % 2));
      time(
          world,
          "allreduce",
          bytes,
          1,
          (comm, send, recv, i) -> comm.allreduce(send, recv, Op.SUM));
    }
    time(world, "barrier", 0, 1, (comm, send, recv, i) -> comm.barrier());
    return 0;
  }

  private interface Operation {
    void run(Communicator world, Buffer send, Buffer recv, int round);
  }

  private static void pingPong(Communicator world, Buffer send, Buffer recv, int round) {
    int other = 1 - world.rank();
    if (world.rank() == 0) {
      world.send(send, other, 0);
      world.recv(send, other, 0);
    } else if (world.rank() == 1) {
      world.recv(send, other, 0);
      world.send(send, other, 0);
    }
  }

  private static void time(
      Communicator world, String name, int bytes, int messages, Operation operation) {
    int rounds = Math.clamp((32 << 20) / Math.max(bytes, 1), 5, 1000);
    double[] micros = new double[BATCHES];
    try (Arena arena = Arena.ofShared()) {
      Buffer send = Buffer.allocate(arena, ElementType.FLOAT64, bytes / 8);
      Buffer recv = Buffer.allocate(arena, ElementType.FLOAT64, bytes / 8);
      int warmUps = bytes <= 8 ? SHORT_WARM_UPS : WARM_UPS;
      long begin = System.nanoTime();
      for (int batch = 0; batch < warmUps; batch++) {
        batch(world, send, recv, rounds, operation);
        boolean late = batch >= WARM_UPS && System.nanoTime() - begin > WARM_UP_NANOS;
        warmUps = (int) world.bcast(late ? 0 : warmUps, 0);
      }
      for (int batch = 0; batch < BATCHES; batch++) {
        micros[batch] = batch(world, send, recv, rounds, operation) / 1e3 / (messages * rounds);
      }
      world.barrier();
    }
    Arrays.sort(micros);
    if (world.rank() == 0) {
      System.out.printf(
          "%s %s %d %.3f %.3f %.3f%n",
          world.library().replace(' ', '_'),
          name,
          bytes,
          micros[BATCHES / 2],
          micros[0],
          micros[BATCHES * 9 / 10]);
    }
  }

  private static long batch(
      Communicator world, Buffer send, Buffer recv, int rounds, Operation operation) {
    world.barrier();
    long start = System.nanoTime();
    for (int i = 0; i < rounds; i++) {
      operation.run(world, send, recv, i);
    }
    return System.nanoTime() - start;
  }
}
