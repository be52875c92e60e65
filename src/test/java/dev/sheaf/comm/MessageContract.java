package dev.sheaf.comm;

import dev.sheaf.comm.Contract.Check;
import dev.sheaf.comm.Elements.Memory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Point to point: every pair, order, wildcards, lengths, wrong arguments.
final class MessageContract {
  /// Longer than any transport sends without its receiver, and than any piece it copies by.
  private static final int LONG = 3_000_001;

  private MessageContract() {}

  static List<Check> checks() {
    return List.of(
        new Check("identity: ranks, sizes, host, library", MessageContract::identity),
        new Check("send, recv: every pair, type, memory and count", MessageContract::everyPair),
        new Check("send, recv: long arrays on the heap", MessageContract::longArrays),
        new Check("send, recv: memory confined to the thread", MessageContract::confined),
        new Check("recv: a buffer longer than the message", MessageContract::longerBuffer),
        new Check("recv: ANY_SOURCE and ANY_TAG", MessageContract::wildcards),
        new Check("recv: by tag, out of order", MessageContract::byTag),
        new Check("recv: messages do not overtake each other", MessageContract::order),
        new Check("probe: tells, and leaves the message", MessageContract::probe),
        new Check("recv: a message too long for the buffer", MessageContract::truncation),
        new Check("send, recv, probe: wrong arguments", MessageContract::wrongArguments));
  }

  private static void identity(Communicator world, Expect expect) {
    int size = world.size();
    expect.isTrue(world.rank() >= 0 && world.rank() < size, "rank " + world.rank());
    long[] ranks = world.allgather(world.rank());
    for (int r = 0; r < size; r++) {
      expect.equal((long) r, ranks[r], "rank of rank " + r);
    }
    expect.isTrue(!world.host().isBlank(), "host is blank");
    expect.isTrue(
        !world.library().isBlank() && world.library().lines().count() == 1,
        "library: " + world.library());
    List<String> hosts = world.allgatherObjects(world.host(), Codecs.STRING);
    List<Integer> onHost = new ArrayList<>();
    for (int r = 0; r < size; r++) {
      if (hosts.get(r).equals(world.host())) {
        onHost.add(r);
      }
    }
    expect.equal(onHost.size(), world.nodeSize(), "nodeSize");
    expect.equal(onHost.indexOf(world.rank()), world.nodeRank(), "nodeRank");
  }

  /// One message at a time, so that no transport can deadlock.
  private static void everyPair(Communicator world, Expect expect) {
    SplittableRandom random = new SplittableRandom(1);
    for (int source = 0; source < world.size(); source++) {
      for (int dest = 0; dest < world.size(); dest++) {
        for (ElementType type : ElementType.values()) {
          for (int count : new int[] {0, 1, 5, random.nextInt(20_000)}) {
            Memory memory = random.nextBoolean() ? Memory.HEAP : Memory.NATIVE;
            if (source != dest) {
              pass(world, expect, memory, type, count, source, dest);
            }
          }
        }
      }
    }
  }

  private static void pass(
      Communicator world,
      Expect expect,
      Memory memory,
      ElementType type,
      int count,
      int source,
      int dest) {
    int tag = (source * 64 + dest) % (Communicator.MAX_TAG + 1);
    String what = "%d %s from %d to %d".formatted(count, type, source, dest);
    if (world.rank() == source) {
      Buffer data = Elements.filled(memory, type, count, Elements.of(source));
      world.send(data, dest, tag);
      expect.elements(Elements.of(source), data, what + ", at the sender");
    } else if (world.rank() == dest) {
      Buffer data = Elements.filled(memory, type, count, i -> -1);
      Status status = world.recv(data, source, tag);
      expect.equal(new Status(source, tag, count * type.bytes()), status, what);
      expect.equal((long) count, status.count(type), what);
      expect.elements(Elements.of(source), data, what);
    }
  }

  private static void longArrays(Communicator world, Expect expect) {
    for (ElementType type : List.of(ElementType.INT8, ElementType.FLOAT64)) {
      for (int r = 1; r < world.size(); r++) {
        pass(world, expect, Memory.HEAP, type, LONG, r - 1, r);
      }
    }
    if (world.size() > 1) {
      pass(world, expect, Memory.NATIVE, ElementType.INT32, LONG, world.size() - 1, 0);
    }
  }

  private static void confined(Communicator world, Expect expect) {
    int last = world.size() - 1;
    for (int count : new int[] {1, 100_000}) {
      try (Arena arena = Arena.ofConfined()) {
        Buffer data = Buffer.allocate(arena, ElementType.INT64, count);
        Buffer all = Buffer.allocate(arena, ElementType.INT64, (long) count * world.size());
        if (world.rank() == 0 && last > 0) {
          world.send(Elements.fill(data, Elements.of(0)), last, 3);
        } else if (world.rank() == last && last > 0) {
          world.recv(data, 0, 3);
          expect.elements(Elements.of(0), data, "message");
        }
        Elements.fill(data, Elements.of(world.rank()));
        world.gatherv(data, VBuffer.even(all, world.size()), last);
        world.bcast(all, last);
        Elements.fill(data, i -> 0);
        world.scatterv(VBuffer.even(all, world.size()), data, last);
        expect.elements(Elements.of(world.rank()), data, "scattered");
        world.allreduce(data, data, Op.MAX);
      }
    }
  }

  private static void longerBuffer(Communicator world, Expect expect) {
    int last = world.size() - 1;
    for (int count : new int[] {0, 10, 100_000}) {
      if (last > 0 && world.rank() == 0) {
        world.send(Elements.filled(Memory.HEAP, ElementType.INT32, count, Elements.of(0)), last, 0);
      } else if (last > 0 && world.rank() == last) {
        Buffer data = Elements.filled(Memory.HEAP, ElementType.INT32, count + 7, i -> -1);
        Status status = world.recv(data, 0, 0);
        expect.equal((long) count, status.count(ElementType.INT32), "count");
        expect.elements(i -> i < count ? Elements.of(0).at(i) : -1, data, "elements");
      }
    }
  }

  private static void wildcards(Communicator world, Expect expect) {
    if (world.rank() != 0) {
      world.send(Buffer.of(new long[] {world.rank() * 100L}), 0, world.rank() + 10);
      return;
    }
    boolean[] seen = new boolean[world.size()];
    for (int i = 1; i < world.size(); i++) {
      long[] data = {0};
      Status status = world.recv(Buffer.of(data), Communicator.ANY_SOURCE, Communicator.ANY_TAG);
      expect.equal(status.source() + 10, status.tag(), "tag");
      expect.equal(status.source() * 100L, data[0], "data");
      expect.isTrue(!seen[status.source()], "two messages from rank " + status.source());
      seen[status.source()] = true;
    }
  }

  /// Relies on messages of eight bytes not waiting for their receiver, which holds everywhere.
  private static void byTag(Communicator world, Expect expect) {
    int last = world.size() - 1;
    if (last > 0 && world.rank() == 0) {
      for (int tag : new int[] {1, Communicator.MAX_TAG, 2}) {
        world.send(Buffer.of(new long[] {tag}), last, tag);
      }
    } else if (last > 0 && world.rank() == last) {
      for (int tag : new int[] {2, 1, Communicator.MAX_TAG}) {
        long[] data = {0};
        world.recv(Buffer.of(data), 0, tag);
        expect.equal((long) tag, data[0], "message of tag " + tag);
      }
    }
  }

  /// Short and long messages mixed, as transports carry them in different ways.
  private static void order(Communicator world, Expect expect) {
    int messages = 200;
    if (world.rank() != 0) {
      for (int i = 0; i < messages; i++) {
        long[] data = new long[i % 5 == 0 ? 20_000 : 1];
        data[0] = i;
        world.send(Buffer.of(data), 0, i % 3);
      }
      return;
    }
    int[] next = new int[world.size()];
    long[] data = new long[20_000];
    for (int i = 0; i < messages * (world.size() - 1); i++) {
      Status status = world.recv(Buffer.of(data), Communicator.ANY_SOURCE, Communicator.ANY_TAG);
      expect.equal((long) next[status.source()], data[0], "from rank " + status.source());
      expect.equal(next[status.source()] % 3, status.tag(), "tag from " + status.source());
      next[status.source()]++;
    }
  }

  private static void probe(Communicator world, Expect expect) {
    for (int count : new int[] {0, 3, 50_000}) {
      if (world.rank() != 0) {
        world.send(
            Elements.filled(Memory.NATIVE, ElementType.FLOAT64, count, Elements.of(world.rank())),
            0,
            world.rank());
      } else {
        for (int i = 1; i < world.size(); i++) {
          Status any = world.probe(Communicator.ANY_SOURCE, Communicator.ANY_TAG);
          Status same = world.probe(any.source(), any.tag());
          expect.equal(any, same, "second probe");
          expect.equal((long) count, any.count(ElementType.FLOAT64), "count");
          Buffer data = Elements.allocate(Memory.HEAP, ElementType.FLOAT64, count);
          expect.equal(any, world.recv(data, any.source(), any.tag()), "recv");
          expect.elements(Elements.of(any.source()), data, "data");
        }
      }
      world.barrier();
    }
  }

  private static void truncation(Communicator world, Expect expect) {
    int last = world.size() - 1;
    for (int count : new int[] {10, 100_000}) {
      if (last > 0 && world.rank() == 0) {
        world.send(Buffer.of(new long[count]), last, 1);
        world.send(Buffer.of(new long[] {42}), last, 1);
      } else if (last > 0 && world.rank() == last) {
        expect.isThrown(
            CommException.class,
            () -> world.recv(Buffer.of(new long[count / 2]), 0, 1),
            count + " longs into half of them");
        long[] data = {0};
        world.recv(Buffer.of(data), 0, 1);
        expect.equal(42L, data[0], "the message behind it");
      }
      world.barrier();
    }
  }

  private static void wrongArguments(Communicator world, Expect expect) {
    Buffer data = Buffer.of(new long[4]);
    for (int rank : new int[] {-1, -2, world.size(), Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      expect.isThrown(
          IllegalArgumentException.class, () -> world.send(data, rank, 0), "send to " + rank);
      if (rank != Communicator.ANY_SOURCE) {
        expect.isThrown(
            IllegalArgumentException.class, () -> world.recv(data, rank, 0), "recv from " + rank);
        expect.isThrown(
            IllegalArgumentException.class, () -> world.probe(rank, 0), "probe of " + rank);
      }
    }
    for (int tag : new int[] {-1, -2, Communicator.MAX_TAG + 1, Integer.MIN_VALUE}) {
      expect.isThrown(
          IllegalArgumentException.class, () -> world.send(data, 0, tag), "send with tag " + tag);
      if (tag != Communicator.ANY_TAG) {
        expect.isThrown(
            IllegalArgumentException.class, () -> world.recv(data, 0, tag), "recv of tag " + tag);
        expect.isThrown(
            IllegalArgumentException.class, () -> world.probe(0, tag), "probe of tag " + tag);
      }
    }
    Buffer readOnly = new Buffer(data.segment().asReadOnly(), ElementType.INT64);
    expect.isThrown(
        IllegalArgumentException.class, () -> world.recv(readOnly, 0, 0), "recv into read-only");
    world.barrier();
  }
}
