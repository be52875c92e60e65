package dev.sheaf.transport.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.comm.Failure;
import dev.sheaf.testing.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MeetingBoundTest {
  /// A rank whose library waits for ever in `MPI_Init`.
  static final class Main extends LaunchedTransport {
    public static void main(String[] args) {
      new Main().run(0, _ -> 0, Duration.ofMillis(1));
    }

    @Override
    protected ProcessCommunicator start(Launch launch, Nodes nodes) {
      while (true) {
        LockSupport.park();
      }
    }

    @Override
    protected String cure(Launch launch, ProcessCommunicator world) {
      throw new AssertionError();
    }

    @Override
    public String name() {
      throw new AssertionError();
    }

    @Override
    public boolean launched(Map<String, String> environment) {
      throw new AssertionError();
    }
  }

  @Test
  @Timeout(60)
  void aRankThatWaitsForOthersAtItsStartIsEnded() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Jvm.command(List.of(), Main.class)).redirectErrorStream(true).start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    assertEquals(Failure.RANK, process.exitValue(), told);
    assertTrue(told.startsWith("sheaf: rank 0 on "), told);
    assertTrue(told.contains("the ranks have not met within "), told);
    assertEquals(1, told.lines().count(), told);
  }
}
