package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.Needs;
import dev.sheaf.transport.local.LocalTransport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
                    differences.addAll(
                        SameBytes.run(world, directory, printed, SameBytes.ALL_WAYS, false));
                    return 0;
                  });
      assertEquals(0, status);
    } finally {
      System.setOut(out);
    }
    assertEquals("", String.join("\n", differences));
  }

  /// Vectors of 128, 256 and, where the processor has them, 512 bits.
  @ParameterizedTest(name = "AVX {0}")
  @ValueSource(ints = {0, 2, 3})
  void everyVectorWidthGivesTheSameBytes(int avx) throws Exception {
    Needs.that(
        System.getProperty("os.arch").equals("amd64"), "needs an x86-64 processor, for its AVX");
    Process process =
        new ProcessBuilder(
                Jvm.command(List.of("-XX:UseAVX=" + avx), SameBytesMain.class, "turn=" + avx))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.contains("1 passed, 0 failed"), output);
  }
}
