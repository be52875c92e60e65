package dev.sheaf.comm;

import dev.sheaf.comm.Contract.Check;
import dev.sheaf.comm.Contract.Skip;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Messages of more than 2 GiB, and of more than 2^31 elements, between two ranks.
final class LargeContract {
  private static final long GIB = 1L << 30;

  /// An odd number of bytes: what is cut into pieces of a fixed size leaves a rest.
  private static final long BYTES = 3 * GIB + 8;

  /// Between the bytes that are set and looked at; no power of two.
  private static final long STRIDE = 1_000_003;

  private LargeContract() {}

  static List<Check> checks() {
    return List.of(
        new Check("3 GiB: bcast of INT8", LargeContract::bcast),
        new Check("3 GiB: gatherv of INT64", (world, expect) -> gatherv(world, expect, 8)),
        new Check("3 GiB: gatherv of INT8", (world, expect) -> gatherv(world, expect, 1)),
        new Check("3 GiB: scatterv of INT8", LargeContract::scatterv),
        new Check("3 GiB: allgatherv of INT64", (world, expect) -> allgatherv(world, expect, 8)),
        new Check("3 GiB: allgatherv of INT8", (world, expect) -> allgatherv(world, expect, 1)),
        new Check("3 GiB: send, recv of INT8", LargeContract::message));
  }

  private static void bcast(Communicator world, Expect expect) {
    need(world, BYTES);
    try (Arena arena = Arena.ofConfined()) {
      Buffer data = allocate(arena, ElementType.INT8, BYTES);
      if (world.rank() == 0) {
        mark(data, 0, BYTES, 1);
      }
      world.bcast(data, 0);
      expectMarks(expect, data, 0, BYTES, 1);
    }
  }

  private static void gatherv(Communicator world, Expect expect, int elementBytes) {
    need(world, BYTES);
    try (Arena arena = Arena.ofConfined()) {
      long[] counts = counts(elementBytes);
      Buffer send = allocate(arena, integer(elementBytes), elementBytes * counts[world.rank()]);
      mark(send, 0, send.segment().byteSize(), 5 + world.rank());
      if (world.rank() == 0) {
        Buffer all = allocate(arena, integer(elementBytes), BYTES);
        world.gatherv(send, VBuffer.of(all, counts), 0);
        expectParts(expect, all);
      } else {
        world.gatherv(send, null, 0);
      }
    }
  }

  private static void scatterv(Communicator world, Expect expect) {
    need(world, BYTES);
    try (Arena arena = Arena.ofConfined()) {
      long[] counts = counts(1);
      Buffer recv = allocate(arena, ElementType.INT8, counts[world.rank()]);
      VBuffer send = null;
      if (world.rank() == 1) {
        send = VBuffer.of(allocate(arena, ElementType.INT8, BYTES), counts);
        mark(send.buffer(), 0, counts[0], 5);
        mark(send.buffer(), counts[0], BYTES, 6);
      }
      world.scatterv(send, recv, 1);
      expectMarks(expect, recv, 0, counts[world.rank()], 5 + world.rank());
    }
  }

  private static void allgatherv(Communicator world, Expect expect, int elementBytes) {
    need(world, BYTES);
    try (Arena arena = Arena.ofConfined()) {
      long[] counts = counts(elementBytes);
      Buffer send = allocate(arena, integer(elementBytes), elementBytes * counts[world.rank()]);
      mark(send, 0, send.segment().byteSize(), 5 + world.rank());
      Buffer all = allocate(arena, integer(elementBytes), BYTES);
      world.allgatherv(send, VBuffer.of(all, counts));
      expectParts(expect, all);
    }
  }

  private static ElementType integer(int bytes) {
    return bytes == 1 ? ElementType.INT8 : ElementType.INT64;
  }

  /// Uneven: of bytes, the first part is more than an `int` counts, and the second begins there.
  private static long[] counts(int elementBytes) {
    long first = BYTES / 8 * 3 / 4 * 8;
    return new long[] {first / elementBytes, (BYTES - first) / elementBytes};
  }

  private static void expectParts(Expect expect, Buffer all) {
    long first = counts(1)[0];
    expectMarks(expect, all, 0, first, 5);
    expectMarks(expect, all, first, BYTES, 6);
  }

  private static void message(Communicator world, Expect expect) {
    need(world, BYTES);
    try (Arena arena = Arena.ofConfined()) {
      Buffer data = allocate(arena, ElementType.INT8, BYTES);
      if (world.rank() == 0) {
        mark(data, 0, BYTES, 3);
        world.send(data, 1, 9);
      } else {
        expect.equal(BYTES, world.probe(0, 9).bytes(), "probe");
        expect.equal(new Status(0, 9, BYTES), world.recv(data, 0, 9), "recv");
        expectMarks(expect, data, 0, BYTES, 3);
      }
    }
  }

  private static void mark(Buffer data, long start, long end, int salt) {
    for (long i = start; i < end; i += STRIDE) {
      data.segment().set(ValueLayout.JAVA_BYTE, i, value(i - start, salt));
    }
    data.segment().set(ValueLayout.JAVA_BYTE, end - 1, value(end - 1 - start, salt));
  }

  private static void expectMarks(Expect expect, Buffer data, long start, long end, int salt) {
    for (long i = start; i < end; i += STRIDE) {
      byte byteAt = data.segment().get(ValueLayout.JAVA_BYTE, i);
      if (byteAt != value(i - start, salt)) {
        expect.fail("byte " + i + " is " + byteAt + ", not " + value(i - start, salt));
        return;
      }
      byte between = i + 1 < end - 1 ? data.segment().get(ValueLayout.JAVA_BYTE, i + 1) : 0;
      expect.isTrue(between == 0, "byte " + (i + 1) + " is not 0");
    }
    expect.equal(
        value(end - 1 - start, salt),
        data.segment().get(ValueLayout.JAVA_BYTE, end - 1),
        "the last byte");
  }

  private static byte value(long index, int salt) {
    return (byte) (((index * 0x9E3779B97F4A7C15L) >>> 56) + salt);
  }

  /// Free memory for the data of both ranks and for what the transport takes.
  private static void need(Communicator world, long bytes) {
    long available = world.allreduce(availableMemory(), Op.MIN);
    if (available < 3 * bytes) {
      throw new Skip(
          "needs %d MiB of free memory, %d are free".formatted((3 * bytes) >> 20, available >> 20));
    }
  }

  private static long availableMemory() {
    try {
      return Files.readAllLines(Path.of("/proc/meminfo")).stream()
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /// From C's `calloc`, which the JVM's limit on direct memory doesn't count.
  private static Buffer allocate(Arena arena, ElementType type, long bytes) {
    Linker linker = Linker.nativeLinker();
    try {
      MemorySegment block =
          (MemorySegment)
              linker
                  .downcallHandle(
                      linker.defaultLookup().findOrThrow("calloc"),
                      FunctionDescriptor.of(
                          ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG))
                  .invokeExact(1L, bytes);
      var free =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("free"),
              FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
      return new Buffer(
          block.reinterpret(
              bytes,
              arena,
              freed -> {
                try {
                  free.invokeExact(freed);
                } catch (Throwable e) {
                  throw new AssertionError(e);
                }
              }),
          type);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
