package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sheaf.transport.local.LocalTransport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SameBytesTest {
  @ParameterizedTest(name = "{0} ranks")
  @ValueSource(ints = {1, 2, 3, 4, 7, 64})
  void everyScheduleAndThreadCountGivesTheSameBytes(int ranks, @TempDir Path directory) {
    List<String> differences = new CopyOnWriteArrayList<>();
    PrintStream out = System.out;
    ByteArrayOutputStream printed = SameBytes.captureOutput();
    try {
      int status =
          new LocalTransport()
              .run(
                  ranks,
                  world -> {
                    differences.addAll(SameBytes.run(world, directory, printed, false));
                    return 0;
                  });
      assertEquals(0, status);
    } finally {
      System.setOut(out);
    }
    assertEquals("", String.join("\n", differences));
  }
}
