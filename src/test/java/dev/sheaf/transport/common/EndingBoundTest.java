package dev.sheaf.transport.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.comm.Failure;
import dev.sheaf.testing.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EndingBoundTest {
  /// A rank whose library waits for ever in `MPI_Finalize`.
  static final class Main {
    public static void main(String[] args) {
      Ending ending =
          new Ending(
              "here",
              new Ending.Library() {
                @Override
                public void finish() {
                  while (true) {
                    LockSupport.park();
                  }
                }

                @Override
                public void abort(int status) {
                  throw new AssertionError("the library is no more");
                }
              });
      ending.returned(1_000_000);
      ending.finish();
    }
  }

  @Test
  @Timeout(60)
  void aRankThatWaitsForOthersAtItsEndIsEnded() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Jvm.command(List.of(), Main.class)).redirectErrorStream(true).start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    assertEquals(Failure.RANK, process.exitValue(), told);
    assertTrue(told.startsWith("sheaf: rank 0 on here "), told);
    assertTrue(told.contains("not all ranks end"), told);
    assertEquals(1, told.lines().count(), told);
  }
}
