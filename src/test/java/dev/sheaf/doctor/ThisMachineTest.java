package dev.sheaf.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThisMachineTest {
  @TempDir Path directory;

  @Test
  void whatACommandPrints() {
    Machine.Ran ran =
        new ThisMachine(ThisMachine.LIMIT)
            .run(
                Map.of("GREETING", "hello"),
                List.of("sh", "-c", "echo $GREETING; echo e >&2; exit 3"));
    assertEquals(new Machine.Ran(3, "hello\n", "e\n"), ran);
  }

  @Test
  void aCommandThatIsNotThere() {
    Machine.Ran ran = new ThisMachine(ThisMachine.LIMIT).run(Map.of(), List.of("/no/such/command"));
    assertEquals(127, ran.status());
  }

  /// A launcher that ignores the request to end, and what it has started.
  @Test
  void aCommandThatHangsEndsWithItsChildren() throws Exception {
    Path pid = directory.resolve("pid");
    String script = "trap '' TERM; sleep 600 & echo $! >" + pid + "; wait; sleep 600";
    Machine.Ran ran =
        new ThisMachine(Duration.ofSeconds(2)).run(Map.of(), List.of("sh", "-c", script));
    assertEquals(Machine.Ran.LATE, ran.status());
    long child = Long.parseLong(Files.readString(pid).strip());
    var left = ProcessHandle.of(child);
    if (left.isPresent()) {
      left.get().onExit().get(30, TimeUnit.SECONDS);
    }
    assertTrue(ProcessHandle.of(child).isEmpty());
  }
}
