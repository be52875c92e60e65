package dev.sheaf.comm;

import dev.sheaf.comm.Contract.Check;
import dev.sheaf.comm.Contract.Skip;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/// What ranks share: counters, memory, and communicators made by splitting.
final class SharingContract {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private SharingContract() {}

  static List<Check> checks() {
    return List.of(
        new Check("counter: every number once, to several threads", SharingContract::everyNumber),
        new Check("counter: two at a time, any step", SharingContract::steps),
        new Check("counter: progresses while rank 0 computes", SharingContract::progress),
        new Check("shared memory: zeroed, the same for all of a node", SharingContract::memory),
        new Check("split: colours, keys, UNDEFINED", SharingContract::split),
        new Check("split: messages stay within their communicator", SharingContract::messages),
        new Check("split: of a split, with a counter of its own", SharingContract::nested));
  }

  private static void everyNumber(Communicator world, Expect expect) throws Exception {
    int threads = 3;
    long limit = 3000L * world.size();
    long[] mine;
    try (Counter counter = world.counter()) {
      mine = inThreads(threads, () -> takeNumbers(counter, limit));
    }
    long[] counts = world.allgather(mine.length);
    long[] all = new long[(int) LongStream.of(counts).sum()];
    world.allgatherv(Buffer.of(mine), VBuffer.of(Buffer.of(all), counts));
    Arrays.sort(all);
    expect.isTrue(
        Arrays.equals(LongStream.range(0, limit).toArray(), all),
        all.length + " numbers handed out for " + limit + ", or some twice");
  }

  private static long[] takeNumbers(Counter counter, long limit) {
    LongStream.Builder taken = LongStream.builder();
    for (long n = counter.getAndAdd(1); n < limit; n = counter.getAndAdd(1)) {
      taken.add(n);
    }
    return taken.build().toArray();
  }

  private static long[] inThreads(int threads, java.util.concurrent.Callable<long[]> task)
      throws Exception {
    LongStream all = LongStream.empty();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<long[]>> results = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        results.add(pool.submit(task));
      }
      for (Future<long[]> result : results) {
        all = LongStream.concat(all, LongStream.of(result.get()));
      }
    }
    return all.toArray();
  }

  private static void steps(Communicator world, Expect expect) {
    try (Counter up = world.counter();
        Counter down = world.counter()) {
      world.barrier();
      up.getAndAdd(5);
      down.getAndAdd(-(1L << 40));
      world.barrier();
      expect.equal(5L * world.size(), up.getAndAdd(0), "up");
      expect.equal(-(1L << 40) * world.size(), down.getAndAdd(0), "down");
    }
  }

  /// Rank 0 calls nothing until the others have their numbers, which they tell it by memory.
  private static void progress(Communicator world, Expect expect) {
    if (world.allreduce(world.nodeSize(), Op.MIN) < world.size()) {
      throw new Skip("the ranks are on several hosts");
    }
    int calls = 100;
    try (SharedMemory memory = world.sharedMemory(8);
        Counter counter = world.counter()) {
      MemorySegment finished = memory.segment();
      if (world.rank() == 0) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while ((long) LONG.getVolatile(finished, 0L) < world.size() - 1
            && System.nanoTime() < deadline) {
          Thread.onSpinWait();
        }
        expect.equal(world.size() - 1L, (long) LONG.getVolatile(finished, 0L), "ranks finished");
      } else {
        for (int i = 0; i < calls; i++) {
          counter.getAndAdd(1);
        }
        LONG.getAndAdd(finished, 0L, 1L);
      }
      world.barrier();
      expect.equal(calls * (world.size() - 1L), counter.getAndAdd(0), "the sum");
    }
  }

  private static void memory(Communicator world, Expect expect) {
    int part = 5000;
    long bytes = 8L * part * world.nodeSize();
    for (int round = 0; round < 3; round++) {
      try (SharedMemory memory = world.sharedMemory(bytes)) {
        MemorySegment segment = memory.segment();
        expect.equal(bytes, segment.byteSize(), "size");
        expect.isTrue(segment.mismatch(MemorySegment.ofArray(new byte[(int) bytes])) < 0, "zeroed");
        memory.sync();
        for (int i = 0; i < part; i++) {
          long index = (long) world.nodeRank() * part + i;
          segment.setAtIndex(ValueLayout.JAVA_LONG, index, index + round);
        }
        memory.sync();
        for (long i = 0; i < (long) part * world.nodeSize(); i++) {
          long value = segment.getAtIndex(ValueLayout.JAVA_LONG, i);
          if (value != i + round) {
            expect.fail("element " + i + " is " + value);
            break;
          }
        }
        // Collectives take it as any memory.
        Buffer first = new Buffer(segment.asSlice(0, 8), ElementType.INT64);
        Buffer copy = Buffer.of(new long[1]);
        world.allreduce(first, copy, Op.MAX);
        expect.equal((long) round, Elements.get(copy, 0), "reduced");
      }
    }
  }

  private static void split(Communicator world, Expect expect) {
    int size = world.size();
    int rank = world.rank();
    boolean left = size > 2 && rank == size - 1;
    int colour = left ? Communicator.UNDEFINED : rank % 2;
    // Reverse order in colour 1, old order by equal keys in colour 0.
    Communicator part = world.split(colour, colour == 1 ? -rank : 0);
    expect.equal(left, part == null, "part is null");
    if (part != null) {
      List<Integer> expected = new ArrayList<>();
      for (int r = 0; r < (size > 2 ? size - 1 : size); r++) {
        if (r % 2 == colour) {
          expected.add(colour == 1 ? 0 : expected.size(), r);
        }
      }
      expect.equal(expected.size(), part.size(), "size");
      expect.equal(expected.indexOf(rank), part.rank(), "rank");
      long[] old = part.allgather(rank);
      expect.equal(
          expected.stream().mapToLong(Integer::longValue).toArray(), old, "ranks of the part");
      expect.isTrue(part.nodeRank() < part.nodeSize(), "nodeRank " + part.nodeRank());
      expect.isTrue(part.nodeSize() <= part.size(), "nodeSize " + part.nodeSize());
      part.close();
    }
    world.barrier();
  }

  private static void messages(Communicator world, Expect expect) {
    int size = world.size();
    int last = size - 1;
    try (Communicator reverse = world.split(0, -world.rank())) {
      expect.equal(last - world.rank(), reverse.rank(), "rank");
      if (last > 0 && world.rank() == 0) {
        world.send(Buffer.of(new long[] {1}), last, 5);
        reverse.send(Buffer.of(new long[] {2}), 0, 5);
      } else if (last > 0 && world.rank() == last) {
        long[] data = {0};
        Status status = reverse.recv(Buffer.of(data), Communicator.ANY_SOURCE, 5);
        expect.equal(2L, data[0], "message of the split");
        expect.equal(last, status.source(), "its source");
        world.recv(Buffer.of(data), Communicator.ANY_SOURCE, 5);
        expect.equal(1L, data[0], "message of the world");
      }
    }
  }

  private static void nested(Communicator world, Expect expect) {
    int half = (world.size() + 1) / 2;
    try (Communicator part = world.split(world.rank() / half, world.rank());
        Communicator whole = part.split(3, 0);
        Counter counter = whole.counter();
        Counter other = world.counter()) {
      expect.equal(part.size(), whole.size(), "size");
      expect.equal(world.rank() % half, whole.rank(), "rank");
      counter.getAndAdd(world.rank() / half + 1);
      other.getAndAdd(1);
      whole.barrier();
      expect.equal(whole.size() * (world.rank() / half + 1L), counter.getAndAdd(0), "counter");
      world.barrier();
      expect.equal((long) world.size(), other.getAndAdd(0), "counter of the world");
    }
  }
}
