package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.Mpj;
import dev.sheaf.testing.Shell;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// [SameBytes] on the transport `mpj`.
class SameBytesMpjTest {
  private static void assertSame(Map<String, String> environment, List<String> command) {
    Shell run = Shell.run(environment, command.toArray(String[]::new));
    assertEquals(0, run.status(), run.toString());
    assertTrue(run.out().contains("1 passed, 0 failed"), run.toString());
  }

  @Test
  void threads() {
    Mpj.need();
    assertSame(
        Map.of("SHEAF_MPJ_THREADS", "4"), Jvm.command(List.of(), SameBytesMain.class, "turn=0"));
  }

  @Test
  void processes() {
    assertSame(Map.of(), Mpj.processes(3, SameBytesMain.class, "turn=1"));
  }
}
