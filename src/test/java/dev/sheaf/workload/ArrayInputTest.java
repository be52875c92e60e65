package dev.sheaf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.array.ArrayView;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.map.Drain;
import dev.sheaf.report.Phases;
import dev.sheaf.transport.local.LocalTransport;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file that is cut off between the reading of its header and of its data.
class ArrayInputTest {
  @TempDir private Path dir;
  private ArrayInput input;

  @BeforeEach
  void cutOff() throws IOException {
    input = cutOff(100);
  }

  private ArrayInput cutOff(int count) throws IOException {
    NpyHeader header = NpyHeader.of(DType.FLOAT64, count);
    byte[] whole = Arrays.copyOf(header.bytes(), header.bytes().length + 8 * count);
    Path file = Files.write(dir.resolve("cut.npy"), whole);
    ArrayInput cut = ArrayInput.of(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    return cut;
  }

  @Test
  void readsWhatIsLeft() throws IOException {
    try (FileChannel channel = input.open()) {
      input.read(channel, 98, ByteBuffer.allocate(8));
      EOFException e =
          assertThrows(EOFException.class, () -> input.read(channel, 0, ByteBuffer.allocate(800)));
      assertTrue(
          e.getMessage()
              .endsWith("cut.npy: ends within its data: has it been cut off" + " meanwhile?"),
          e.getMessage());
    }
  }

  @Test
  void endsAllRanksOfAScatter() throws IOException {
    int count = (int) ScatteredChunks.CHUNK + 100;
    ArrayInput two = cutOff(count);
    int status =
        new LocalTransport()
            .run(
                3,
                world -> {
                  try (Arena arena = Arena.ofShared()) {
                    Job job =
                        new Job(
                            world,
                            JobOptions.defaults("test"),
                            new Phases(),
                            new Drain(false),
                            null,
                            null);
                    ArrayParts array =
                        new ArrayParts("cut.npy", List.of(two), ArrayView.of(count), false);
                    ScatteredChunks chunks = new ScatteredChunks(job, array, arena);
                    chunks.scatter(List.of(new long[] {0}, new long[0], new long[0]));
                    AgreedInputException e =
                        assertThrows(
                            AgreedInputException.class,
                            () ->
                                chunks.scatter(List.of(new long[] {1}, new long[0], new long[0])));
                    assertTrue(e.getMessage().contains("ends within its data"), e.getMessage());
                    return 0;
                  }
                });
    assertEquals(0, status);
  }
}
