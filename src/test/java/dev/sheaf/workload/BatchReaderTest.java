package dev.sheaf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Progress;
import dev.sheaf.image.ImageSize;
import dev.sheaf.image.Preprocessing;
import dev.sheaf.workload.BatchReader.Batch;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchReaderTest {
  @TempDir private Path root;
  private Path file;

  /// Images that the threads have begun with.
  private final AtomicInteger begun = new AtomicInteger();

  @BeforeEach
  void makeInput() throws IOException {
    file = root.resolve("rgb.jpg");
    try (InputStream resource = getClass().getResourceAsStream("/dev/sheaf/image/rgb.jpg")) {
      Files.copy(resource, file);
    }
  }

  private BatchReader reader(BatchOrder order, int rank, int ranks, int threads) {
    Progress progress =
        new Progress() {
          @Override
          public void begin(LongFunction<String> inputs, long items) {}

          @Override
          public void ended(boolean failed) {}

          @Override
          public void note(int thread, long item) {
            if (item >= 0) {
              begun.incrementAndGet();
            }
          }
        };
    Communicator comm =
        (Communicator)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Communicator.class},
                (_, method, _) ->
                    switch (method.getName()) {
                      case "rank" -> rank;
                      case "size" -> ranks;
                      case "progress" -> progress;
                      default -> throw new AssertionError(method);
                    });
    BatchReader.Images images =
        new BatchReader.Images(
            Collections.nCopies(order.images(), file),
            new ImageSize(61, 43),
            Preprocessing.NONE,
            1 << 20);
    return new BatchReader(comm, images, order, threads, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "23, 5, 2, 1, 1",
    "23, 5, 2, 3, 2",
    "23, 128, 3, 2, 4",
    "7, 2, 1, 5, 1",
    "0, 4, 2, 2, 1"
  })
  void theRanksSharesMakeUpTheOrder(int n, int size, int epochs, int ranks, int threads)
      throws InterruptedException {
    BatchOrder order = new BatchOrder(n, size, epochs, 1);
    int[][] delivered = new int[epochs][n];
    for (int rank = 0; rank < ranks; rank++) {
      try (BatchReader reader = reader(order, rank, ranks, threads)) {
        for (int number = 0; number < epochs * order.batches(); number++) {
          Batch batch = reader.next();
          assertEquals(number / order.batches(), batch.epoch());
          assertEquals(number % order.batches(), batch.index());
          int whole = Math.min(size, n - batch.index() * size);
          assertTrue(Math.abs(batch.count() - whole / (double) ranks) < 1, batch.toString());
          assertEquals(batch.count() * 61L * 43 * 3, batch.pixels().byteSize());
          for (int k = 0; k < batch.count(); k++) {
            assertEquals(batch.index(), batch.places()[k] / size);
            delivered[batch.epoch()][batch.places()[k]] += batch.images()[k] + 1;
          }
        }
        assertNull(reader.next());
        assertNull(reader.next());
      }
    }
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] expected = order.order(epoch);
      for (int place = 0; place < n; place++) {
        assertEquals(expected[place] + 1, delivered[epoch][place]);
      }
      assertEquals(
          IntStream.range(0, n).boxed().toList(), IntStream.of(expected).sorted().boxed().toList());
    }
  }

  @Test
  void threadsAreAtMostTwoBatchesAhead() throws InterruptedException {
    try (BatchReader reader = reader(new BatchOrder(400, 4, 1, 0), 0, 1, 3)) {
      for (int given = 1; given <= 100; given++) {
        Batch batch = reader.next();
        assertTrue(begun.get() <= 4 * (given + 2), begun + " begun, batches given: " + given);
        assertEquals(given - 1, batch.index());
      }
    }
  }

  @Test
  void anEarlyEndStopsTheThreads() throws InterruptedException {
    try (BatchReader reader = reader(new BatchOrder(4000, 4, 1000, 0), 0, 1, 3)) {
      reader.next();
    }
    int atEnd = begun.get();
    assertTrue(atEnd <= 12, atEnd + " begun");
  }
}
