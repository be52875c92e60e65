package dev.sheaf.comm;

import dev.sheaf.comm.Contract.Check;
import dev.sheaf.comm.Elements.Memory;
import dev.sheaf.comm.Elements.Values;
import java.util.Arrays;
import java.util.List;

/// Collectives: all roots, types, kinds of memory, counts and layouts.
final class CollectiveContract {
  private static final int[] COUNTS = {0, 1, 17, 3001};

  /// Longer than any piece that a transport copies or reduces by.
  private static final int LONG = 1_500_001;

  private CollectiveContract() {}

  static List<Check> checks() {
    return List.of(
        new Check("barrier: none leaves before all have come", CollectiveContract::barrier),
        new Check("bcast: every root, type, memory and count", CollectiveContract::bcast),
        new Check("scatterv: every root, type, memory and layout", CollectiveContract::scatterv),
        new Check("gatherv: every root, type, memory and layout", CollectiveContract::gatherv),
        new Check("allgatherv: every type, memory and layout", CollectiveContract::allgatherv),
        new Check("reduce: every root, type, operation and count", CollectiveContract::reduce),
        new Check("allreduce: every type, operation and count", CollectiveContract::allreduce),
        new Check("reduce: integer sums wrap around", CollectiveContract::wrapAround),
        new Check("collectives: long arrays on the heap", CollectiveContract::longArrays),
        new Check("collectives: one behind the other", CollectiveContract::sequence),
        new Check("collectives: wrong arguments", CollectiveContract::wrongArguments));
  }

  private static void barrier(Communicator world, Expect expect) {
    try (Counter counter = world.counter()) {
      for (int round = 1; round <= 100; round++) {
        counter.getAndAdd(1);
        world.barrier();
        long come = counter.getAndAdd(0);
        expect.isTrue(come >= (long) round * world.size(), come + " have come in round " + round);
      }
    }
  }

  private static void bcast(Communicator world, Expect expect) {
    for (int root = 0; root < world.size(); root++) {
      for (ElementType type : ElementType.values()) {
        for (Memory memory : Memory.values()) {
          for (int count : COUNTS) {
            Values values = Elements.of(root);
            Buffer data =
                Elements.filled(memory, type, count, world.rank() == root ? values : i -> -1);
            world.bcast(data, root);
            expect.elements(values, data, "%d %s from %d".formatted(count, type, root));
          }
        }
      }
    }
  }

  /// Even, uneven with empty parts, and in reverse order with gaps.
  private static List<VBuffer> layouts(Memory memory, ElementType type, int size) {
    long[] uneven = new long[size];
    Arrays.setAll(uneven, r -> (r * 5L + 2) % 4 * (r % 3));
    long[] gaps = new long[size];
    long next = 1;
    for (int r = size - 1; r >= 0; r--) {
      gaps[r] = next;
      next += uneven[r] + 2;
    }
    return List.of(
        VBuffer.even(Elements.filled(memory, type, 1001, i -> -1), size),
        VBuffer.of(Elements.filled(memory, type, next, i -> -1), uneven),
        new VBuffer(Elements.filled(memory, type, next, i -> -1), uneven, gaps));
  }

  /// The values of a buffer whose part `r` holds rank `r`'s values, and -1 in the gaps.
  private static Values parts(VBuffer layout) {
    return i -> {
      for (int r = 0; r < layout.counts().length; r++) {
        if (i >= layout.displs()[r] && i < layout.displs()[r] + layout.counts()[r]) {
          return Elements.of(r).at(i - layout.displs()[r]);
        }
      }
      return -1;
    };
  }

  private static void scatterv(Communicator world, Expect expect) {
    for (int root = 0; root < world.size(); root++) {
      for (ElementType type : ElementType.values()) {
        for (Memory memory : Memory.values()) {
          for (VBuffer send : layouts(memory, type, world.size())) {
            boolean isRoot = world.rank() == root;
            if (isRoot) {
              Elements.fill(send.buffer(), parts(send));
            }
            Buffer recv = Elements.filled(memory, type, send.counts()[world.rank()], i -> -1);
            world.scatterv(isRoot ? send : null, recv, root);
            expect.elements(Elements.of(world.rank()), recv, type + " from " + root);
          }
        }
      }
    }
  }

  private static void gatherv(Communicator world, Expect expect) {
    for (int root = 0; root < world.size(); root++) {
      for (ElementType type : ElementType.values()) {
        for (Memory memory : Memory.values()) {
          for (VBuffer recv : layouts(memory, type, world.size())) {
            int rank = world.rank();
            Buffer send = Elements.filled(memory, type, recv.counts()[rank], Elements.of(rank));
            world.gatherv(send, rank == root ? recv : null, root);
            if (rank == root) {
              expect.elements(parts(recv), recv.buffer(), type + " to " + root);
            }
          }
        }
      }
    }
  }

  private static void allgatherv(Communicator world, Expect expect) {
    int rank = world.rank();
    for (ElementType type : ElementType.values()) {
      for (Memory memory : Memory.values()) {
        for (VBuffer recv : layouts(memory, type, world.size())) {
          Buffer send = Elements.filled(memory, type, recv.counts()[rank], Elements.of(rank));
          world.allgatherv(send, recv);
          expect.elements(parts(recv), recv.buffer(), type.toString());
        }
      }
    }
  }

  private static Values reduced(Op op, int size) {
    return i -> {
      long result = Elements.of(0).at(i);
      for (int r = 1; r < size; r++) {
        long value = Elements.of(r).at(i);
        result =
            switch (op) {
              case SUM -> result + value;
              case MIN -> Math.min(result, value);
              case MAX -> Math.max(result, value);
            };
      }
      return result;
    };
  }

  /// As the type holds it: sums of bytes wrap around.
  private static Values held(ElementType type, Values values) {
    return type == ElementType.INT8 ? i -> (byte) values.at(i) : values;
  }

  private static void reduce(Communicator world, Expect expect) {
    int rank = world.rank();
    for (int root = 0; root < world.size(); root++) {
      for (ElementType type : ElementType.values()) {
        for (Op op : Op.values()) {
          for (int count : COUNTS) {
            Memory memory = count == 17 ? Memory.HEAP : Memory.NATIVE;
            Values result = held(type, reduced(op, world.size()));
            String what = "%s of %d %s to %d".formatted(op, count, type, root);
            Buffer send = Elements.filled(memory, type, count, Elements.of(rank));
            Buffer recv = Elements.filled(memory, type, count, i -> -1);
            world.reduce(send, rank == root ? recv : null, op, root);
            expect.elements(rank == root ? result : i -> -1, recv, what);
            expect.elements(Elements.of(rank), send, what + ", send");
            world.reduce(send, rank == root ? send : null, op, root);
            expect.elements(rank == root ? result : Elements.of(rank), send, what + ", in place");
          }
        }
      }
    }
  }

  private static void allreduce(Communicator world, Expect expect) {
    for (ElementType type : ElementType.values()) {
      for (Op op : Op.values()) {
        for (Memory memory : Memory.values()) {
          for (int count : COUNTS) {
            Values mine = Elements.of(world.rank());
            Values result = held(type, reduced(op, world.size()));
            String what = "%s of %d %s".formatted(op, count, type);
            Buffer send = Elements.filled(memory, type, count, mine);
            Buffer recv = Elements.filled(memory, type, count, i -> -1);
            world.allreduce(send, recv, op);
            expect.elements(result, recv, what);
            expect.elements(mine, send, what + ", send");
            world.allreduce(send, send, op);
            expect.elements(result, send, what + ", in place");
          }
        }
      }
    }
    long rank = world.rank();
    long size = world.size();
    expect.equal(size * (size - 1) / 2, world.allreduce(rank, Op.SUM), "sum of one value");
    expect.equal(0L, world.allreduce(rank, Op.MIN), "least value");
    expect.equal(size - 1, world.allreduce(rank, Op.MAX), "largest value");
  }

  private static void wrapAround(Communicator world, Expect expect) {
    int size = world.size();
    byte[] bytes = {Byte.MAX_VALUE};
    int[] ints = {Integer.MAX_VALUE};
    long[] longs = {Long.MIN_VALUE + 1};
    world.allreduce(Buffer.of(bytes), Buffer.of(bytes), Op.SUM);
    world.allreduce(Buffer.of(ints), Buffer.of(ints), Op.SUM);
    world.allreduce(Buffer.of(longs), Buffer.of(longs), Op.SUM);
    expect.equal((byte) (Byte.MAX_VALUE * size), bytes[0], "byte");
    expect.equal(Integer.MAX_VALUE * size, ints[0], "int");
    expect.equal((Long.MIN_VALUE + 1) * size, longs[0], "long");
  }

  private static void longArrays(Communicator world, Expect expect) {
    int size = world.size();
    int last = size - 1;
    double[] all = new double[LONG];
    VBuffer parts = VBuffer.even(Buffer.of(all), size);
    double[] mine = new double[(int) parts.counts()[world.rank()]];
    if (world.rank() == last) {
      Arrays.setAll(all, i -> i);
    }
    world.scatterv(parts, Buffer.of(mine), last);
    expect.equal(
        (double) Blocks.start(LONG, size, world.rank()) + mine.length - 1,
        mine[mine.length - 1],
        "scatterv");
    Arrays.fill(all, -1);
    world.gatherv(Buffer.of(mine), parts, 0);
    world.bcast(Buffer.of(all), 0);
    world.allreduce(Buffer.of(all), Buffer.of(all), Op.SUM);
    double[] expected = new double[LONG];
    Arrays.setAll(expected, i -> (double) i * size);
    expect.isTrue(Arrays.equals(expected, all), "gatherv, bcast and allreduce: wrong values");
    Arrays.fill(all, -1);
    world.allgatherv(Buffer.of(mine), parts);
    Arrays.setAll(expected, i -> i);
    expect.isTrue(Arrays.equals(expected, all), "allgatherv: wrong values");
  }

  /// Nothing of one operation may leak into the next.
  private static void sequence(Communicator world, Expect expect) {
    int size = world.size();
    for (int round = 0; round < 100; round++) {
      int root = round % size;
      expect.equal(round * 7L, world.bcast(world.rank() == root ? round * 7L : -1, root), "bcast");
      expect.equal((long) size * round, world.allreduce((long) round, Op.SUM), "allreduce");
      long[] all = world.allgather(world.rank() + (long) round);
      for (int r = 0; r < size; r++) {
        expect.equal((long) r + round, all[r], "allgather");
      }
      long[] box = {world.rank()};
      world.reduce(Buffer.of(box), Buffer.of(box), Op.MAX, root);
      expect.equal(world.rank() == root ? size - 1L : world.rank(), box[0], "reduce");
      world.barrier();
    }
  }

  private static void wrongArguments(Communicator world, Expect expect) {
    int size = world.size();
    Class<IllegalArgumentException> wrong = IllegalArgumentException.class;
    Buffer one = Buffer.of(new long[1]);
    Buffer two = Buffer.of(new long[2]);
    Buffer ints = Buffer.of(new int[1]);
    VBuffer each = VBuffer.even(Buffer.of(new long[size]), size);
    VBuffer more = VBuffer.even(Buffer.of(new long[size + 1]), size + 1);
    for (int root : new int[] {-1, size, Integer.MIN_VALUE}) {
      expect.isThrown(wrong, () -> world.bcast(one, root), "bcast, root " + root);
      expect.isThrown(wrong, () -> world.scatterv(each, one, root), "scatterv, root " + root);
      expect.isThrown(wrong, () -> world.gatherv(one, each, root), "gatherv, root " + root);
      expect.isThrown(wrong, () -> world.reduce(one, one, Op.SUM, root), "reduce, root " + root);
    }
    int me = world.rank();
    expect.isThrown(wrong, () -> world.scatterv(each, two, me), "scatterv, count");
    expect.isThrown(wrong, () -> world.scatterv(each, ints, me), "scatterv, type");
    expect.isThrown(wrong, () -> world.scatterv(more, one, me), "scatterv, ranks");
    expect.isThrown(wrong, () -> world.scatterv(null, one, me), "scatterv, null");
    expect.isThrown(wrong, () -> world.gatherv(two, each, me), "gatherv, count");
    expect.isThrown(wrong, () -> world.gatherv(ints, each, me), "gatherv, type");
    expect.isThrown(wrong, () -> world.gatherv(one, more, me), "gatherv, ranks");
    expect.isThrown(wrong, () -> world.gatherv(one, null, me), "gatherv, null");
    expect.isThrown(wrong, () -> world.allgatherv(two, each), "allgatherv, count");
    expect.isThrown(wrong, () -> world.allgatherv(one, more), "allgatherv, ranks");
    expect.isThrown(wrong, () -> world.reduce(one, two, Op.SUM, me), "reduce, count");
    expect.isThrown(wrong, () -> world.reduce(one, null, Op.SUM, me), "reduce, null");
    expect.isThrown(wrong, () -> world.allreduce(one, two, Op.SUM), "allreduce, count");
    expect.isThrown(wrong, () -> world.allreduce(one, ints, Op.SUM), "allreduce, type");
    expect.isThrown(wrong, () -> world.sharedMemory(-1), "sharedMemory, size");
    expect.isThrown(wrong, () -> world.split(-1, 0), "split, colour");
    world.barrier();
  }
}
