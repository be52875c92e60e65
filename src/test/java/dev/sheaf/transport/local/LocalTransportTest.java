package dev.sheaf.transport.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.VBuffer;
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
