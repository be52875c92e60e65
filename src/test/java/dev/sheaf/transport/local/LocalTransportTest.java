package dev.sheaf.transport.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.SharedMemory;
import dev.sheaf.comm.VBuffer;
import dev.sheaf.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalTransportTest {
  @Test
  void zeroRanksMeansAsManyAsProcessors() {
    int processors = Runtime.getRuntime().availableProcessors();
    assertEquals(processors, new LocalTransport().run(0, world -> world.size()));
  }

  /// By the flag that a mapping has when it was asked for.
  @Test
  void largeSharedMemoryIsOfHugePages() {
    Needs.that(
        Files.isDirectory(Path.of("/sys/kernel/mm/transparent_hugepage")),
        "needs a kernel with transparent huge pages");
    int status =
        new LocalTransport()
            .run(
                1,
                world -> {
                  try (SharedMemory memory = world.sharedMemory(64 << 20)) {
                    assertTrue(flags(memory.segment().address() + (32 << 20)).contains(" hg"));
                  }
                  return 0;
                });
    assertEquals(0, status);
  }

  /// The flags of the mapping that holds an address.
  private static String flags(long address) throws IOException {
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      String[] range = line.split("[- ]", 3);
      if (range[0].matches("[0-9a-f]+")) {
        inside =
            Long.parseUnsignedLong(range[0], 16) <= address
                && address < Long.parseUnsignedLong(range[1], 16);
      } else if (inside && line.startsWith("VmFlags:")) {
        return line;
      }
    }
    throw new AssertionError("not mapped");
  }

  @Test
  void returnsTheLargestStatus() {
    assertEquals(6, new LocalTransport().run(7, world -> world.rank()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 64})
  void ranksExchangeMessages(int ranks) {
    int status =
        new LocalTransport()
            .run(
                ranks,
                world -> {
                  int size = world.size();
                  int right = (world.rank() + 1) % size;
                  int left = (world.rank() + size - 1) % size;
                  long[] token = {0};
                  for (int round = 0; round < 20; round++) {
                    if (world.rank() == 0) {
                      world.send(Buffer.of(token), right, 1);
                      world.recv(Buffer.of(token), left, 1);
                    } else {
                      world.recv(Buffer.of(token), left, 1);
                      token[0]++;
                      world.send(Buffer.of(token), right, 1);
                    }
                  }
                  double[] big = new double[100_000];
                  if (world.rank() == 0) {
                    Arrays.fill(big, 3);
                    assertEquals(20L * (size - 1), token[0]);
                  }
                  world.bcast(Buffer.of(big), 0);
                  world.allreduce(Buffer.of(big), Buffer.of(big), Op.SUM);
                  assertEquals(3.0 * size, big[99_999]);
                  long[] all = new long[size];
                  world.gatherv(
                      Buffer.of(new long[] {world.rank()}),
                      VBuffer.even(Buffer.of(all), size),
                      size - 1);
                  if (world.rank() == size - 1) {
                    assertArrayEquals(LongStream.range(0, size).toArray(), all);
                  }
                  return 0;
                });
    assertEquals(0, status);
  }

  /// (((0.1 + 1e16) - 1e16) + 0.3) + 0.7 and so on: another order gives another sum.
  @Test
  void floatingPointSumsGoInRankOrder() {
    double[] values = {0.1, 1e16, -1e16, 0.3, 0.7, 1e-3, 3e15};
    double expected = 0;
    for (double value : values) {
      expected += value;
    }
    double sum = expected;
    int status =
        new LocalTransport()
            .run(
                values.length,
                world -> {
                  double[] all = new double[5000];
                  Arrays.fill(all, values[world.rank()]);
                  world.allreduce(Buffer.of(all), Buffer.of(all), Op.SUM);
                  return Arrays.stream(all).allMatch(each -> each == sum) ? 0 : 1;
                });
    assertEquals(0, status);
  }
}
